#include "backplane/backplane_contract.hpp"
#include "backplane/lists_contract.hpp"
#include "backplane/messenger_contract.hpp"
#include "backplane/presence_contract.hpp"
#include "backplane/rooms_contract.hpp"
#include "support/lossy_backplane/lossy_backplane.hpp"

namespace chat {
namespace {

struct LossySource {
  static constexpr std::size_t kHistory = 200;
  static constexpr const char* kUrl = "lossy:50/1";
  BackplaneRegistry backplanes = standard_backplanes();

  LossySource() { backplanes.add(lossy_backplane(make_memory_bus({kHistory, Seconds(3600)}))); }
  std::unique_ptr<ClusterServices> connect(boost::asio::io_context& loop) {
    EXPECT_EQ(backplanes.check(kUrl, {}), "");
    return backplanes.maker_of(kUrl).make(loop, kUrl, {});
  }
};

INSTANTIATE_TYPED_TEST_SUITE_P(Lossy, BackplaneContract, LossySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Lossy, PresenceContract, LossySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Lossy, MessengerContract, LossySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Lossy, ListsContract, LossySource);
INSTANTIATE_TYPED_TEST_SUITE_P(Lossy, RoomsContract, LossySource);

class LossyTest : public ServicesTest<LossySource> {
 protected:
  static constexpr Offset kMessages = 100;

  /// Messages 1 to kMessages are in the log, and `b` knows some of them.
  void fill() {
    ASSERT_TRUE(b.subscribe("lobby"));
    for (Offset i = 1; i <= kMessages; ++i) ASSERT_TRUE(a.append("lobby", "{" + std::to_string(i) + "}"));
    settle(loop);
    ASSERT_GT(b.sink.published.size(), kMessages / 4);
    ASSERT_LT(b.sink.published.size(), 3 * kMessages / 4);
  }
};

TEST_F(LossyTest, LosesTheSamePublicationsForTheSameSeed) {
  fill();
  LossySource again;
  Peer c(loop, again.connect(loop)), d(loop, again.connect(loop));
  ASSERT_TRUE(d.subscribe("lobby"));
  for (Offset i = 1; i <= kMessages; ++i) ASSERT_TRUE(c.append("lobby", "{" + std::to_string(i) + "}"));
  settle(loop);
  EXPECT_EQ(d.sink.bodies_of("lobby"), b.sink.bodies_of("lobby"));
}

TEST_F(LossyTest, LosesOtherPublicationsOnEachNode) {
  ASSERT_TRUE(a.subscribe("lobby"));
  fill();
  EXPECT_NE(a.sink.bodies_of("lobby"), b.sink.bodies_of("lobby"));
}

TEST_F(LossyTest, LeavesGapsThatOffsetsShowAndTheLogRepairs) {
  fill();
  std::vector<std::string> repaired;
  Offset last = 0;
  const auto refill = [&](Offset next) {
    if (next == last + 1) return;
    const auto missing = b.history("lobby", {last, next, kMessages, false});
    ASSERT_TRUE(missing);
    ASSERT_EQ(missing->size(), next - last - 1);
    for (const auto& message : *missing) repaired.emplace_back(message.body.view());
  };
  for (const auto& message : b.sink.published) {
    ASSERT_GT(message.position.offset, last);
    refill(message.position.offset);
    repaired.push_back(message.body);
    last = message.position.offset;
  }
  const auto top = await<Position>(loop, [&](auto done) { b.backplane().top("lobby", std::move(done)); });
  ASSERT_TRUE(top);
  EXPECT_EQ(top->offset, kMessages);
  refill(top->offset + 1);
  ASSERT_EQ(repaired.size(), kMessages);
  for (Offset i = 1; i <= kMessages; ++i) EXPECT_EQ(repaired[i - 1], "{" + std::to_string(i) + "}");
}

TEST(LossyUrl, HasAChanceAndASeed) {
  for (const char* url : {"lossy:", "lossy:50", "lossy:101/1", "lossy:x/1", "lossy:50/", "lossy:50/1x", "memory:"}) {
    EXPECT_FALSE(Losses::parse(url)) << url;
  }
  EXPECT_EQ(Losses::parse("lossy:100/7")->seed, 7U);
}

}  // namespace
}  // namespace chat
