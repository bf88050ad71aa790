#include "server/secret_agreement.hpp"

#include <gtest/gtest.h>

#include "chat/backplane/memory.hpp"
#include "support/manual_clock.hpp"
#include "support/recording_sink.hpp"
#include "support/run_until.hpp"

namespace chat {
namespace {

/// One node's agreement on the secret, and the shared values of another node.
class SecretAgreementTest : public testing::Test {
 protected:
  SecretAgreementTest() {
    node->backplane().start(sink);
    other->backplane().start(other_sink);
    settle(loop);
  }
  void rotate(const std::string& to) {
    const auto rotated =
        await<bool>(loop, [&](auto done) { other->kv().rotate_secret(to, Seconds(60), std::move(done)); });
    ASSERT_TRUE(rotated);
  }
  bool accepts(const std::string& one) {
    return secret.any([&one](std::string_view known) { return known == one; });
  }

  boost::asio::io_context loop;
  ManualClock clock;
  RecordingSink sink, other_sink;
  std::shared_ptr<MemoryBus> bus = make_memory_bus({});
  std::unique_ptr<ClusterServices> node = make_memory_services(loop, bus), other = make_memory_services(loop, bus);
  ClusterSecret secret;
  SecretAgreement agreement{loop, node->kv(), secret, clock};
};

TEST_F(SecretAgreementTest, OffersASecretOfItsOwn) {
  agreement.start();
  settle(loop);
  EXPECT_EQ(secret.view().size(), 64U);
}

TEST_F(SecretAgreementTest, RefusesASecretThatCanBeGuessedUntilThereIsAnother) {
  for (const std::string& bad : {std::string("short"), std::string(15, 'x'), std::string(257, 'x')}) {
    rotate(bad);
    if (bad == "short") agreement.start();
    EXPECT_FALSE(run_until(loop, [&] { return !secret.view().empty(); }, Milliseconds(50))) << bad;
  }
  rotate("a secret of sixteen or more");
  EXPECT_TRUE(run_until(loop, [&] { return secret.view() == "a secret of sixteen or more"; }));
}

TEST_F(SecretAgreementTest, SignsWithANewSecretOnlyWhenTheOtherNodesKnowIt) {
  rotate("the first secret");
  agreement.start();
  settle(loop);
  ASSERT_EQ(secret.view(), "the first secret");
  rotate("the second secret");
  ASSERT_TRUE(run_until(loop, [&] { return accepts("the second secret"); }));
  EXPECT_EQ(secret.view(), "the first secret");
  clock.advance(SecretAgreement::kOthersLearn);
  ASSERT_TRUE(run_until(loop, [&] { return secret.view() == "the second secret"; }));
  EXPECT_TRUE(accepts("the first secret"));
  rotate("the third secret");
  ASSERT_TRUE(run_until(loop, [&] { return accepts("the third secret"); }));
  EXPECT_TRUE(accepts("the second secret"));
  EXPECT_FALSE(accepts("the first secret")) << "two rotations end what was signed with it";
}

TEST_F(SecretAgreementTest, KeepsAGoodSecretWhenABadOneTakesItsPlace) {
  rotate("the first secret");
  agreement.start();
  settle(loop);
  rotate("short");
  EXPECT_FALSE(run_until(loop, [&] { return secret.view() != "the first secret"; }, Milliseconds(2500)));
}

}  // namespace
}  // namespace chat
