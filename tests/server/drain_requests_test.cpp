#include "server/drain_requests.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include "chat/backplane/drain_request.hpp"
#include "chat/backplane/memory.hpp"
#include "support/recording_sink.hpp"
#include "support/run_until.hpp"

namespace chat {
namespace {

const NodeInstance kInstance = "chat-1.aa";

/// A node that listens for requests, and an operator's program on the same store.
class DrainRequestsTest : public testing::Test {
 protected:
  DrainRequestsTest() {
    secret.set("the secret of the nodes", {"the secret before it"});
    node->backplane().start(sink);
    other->backplane().start(other_sink);
    requests.start();
    settle(loop);
  }
  std::string ask(const std::string& request) {
    const auto answer = await<std::string>(loop, [&](auto done) {
      other->messenger().ask(drain_request::address(kInstance), request, Seconds(5), std::move(done));
    });
    return answer ? *answer : answer.error().message;
  }

  boost::asio::io_context loop;
  RecordingSink sink, other_sink;
  std::shared_ptr<MemoryBus> bus = make_memory_bus({});
  std::unique_ptr<ClusterServices> node = make_memory_services(loop, bus), other = make_memory_services(loop, bus);
  ClusterSecret secret;
  int drains = 0;
  DrainRequests requests{loop, node->messenger(), secret, kInstance, [this] { ++drains; }};
};

TEST_F(DrainRequestsTest, ThatAreSignedWithASecretOfTheClusterAreAccepted) {
  for (const char* known : {"the secret of the nodes", "the secret before it"}) {
    EXPECT_EQ(ask(drain_request::make(known, kInstance)), drain_request::kAccepted) << known;
  }
  EXPECT_EQ(drains, 2);
}

TEST_F(DrainRequestsTest, OfAnotherSecretAnotherNodeOrAnotherLifeOfThisNodeAreRefused) {
  const std::string good = drain_request::make("the secret of the nodes", kInstance);
  for (const std::string& request :
       {std::string(), std::string("drain"), good + ' ', good.substr(1),
        drain_request::make("the secret of others", kInstance), drain_request::make("", kInstance),
        drain_request::make("the secret of the nodes", "chat-2.aa"),
        drain_request::make("the secret of the nodes", "chat-1.bb")}) {
    EXPECT_EQ(ask(request), drain_request::kWrongSecret) << request;
  }
  EXPECT_EQ(drains, 0);
}

/// A store whose first answer is that it is away.
class LateMessenger final : public Messenger {
 public:
  explicit LateMessenger(boost::asio::io_context& loop) : loop_(loop) {}
  void listen(std::string address, Handler, Completion<bool> done) override {
    addresses.push_back(std::move(address));
    boost::asio::post(loop_, [this, done = std::move(done)] {
      if (addresses.size() == 1) return done(Failure{ErrorCode::unavailable, "not now"});
      done(true);
    });
  }
  void unlisten(std::string_view) override {}
  void ask(std::string, std::string, Milliseconds, Completion<std::string>) override {}

  std::vector<std::string> addresses;

 private:
  boost::asio::io_context& loop_;
};

TEST(DrainRequests, AreListenedForAgainIfTheStoreIsAway) {
  boost::asio::io_context loop;
  LateMessenger messenger(loop);
  const ClusterSecret secret;
  DrainRequests requests(loop, messenger, secret, kInstance, [] {});
  requests.start();
  EXPECT_TRUE(run_until(loop, [&] { return messenger.addresses.size() == 2; }));
  EXPECT_EQ(messenger.addresses.back(), "drain.chat-1.aa");
}

}  // namespace
}  // namespace chat
