#include "protocols/signalr/polled_connection.hpp"

#include <gmock/gmock.h>

#include <memory>

#include "protocols/signalr/dialogue.hpp"
#include "transport/lone_node.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;
using testing::HasSubstr;

class SignalRPolledConnectionTest : public testing::Test, public LoneNode {
 protected:
  SignalRPolledConnectionTest() {
    const auto& dialect = dialect_of(default_profile());
    add(std::make_unique<SignalRPolledConnection>(connections, "id", Admitted{}, dialect.poll.handshake,
                                                  signalr_dialogue(settings, dialect, dialect.poll, {"token", false}),
                                                  [](bool) {}));
  }

  SignalRSettings settings;
  /// A poll whose answer its node writes.
  ConnectionAnswer whole_poll() {
    const auto answer = poll()->value();
    written(answer);
    return answer;
  }
  void written(const ConnectionAnswer& answer) { ask({Kind::written, answer.ack, {}}); }
  void agree() {
    say("{\"protocol\":\"json\",\"version\":1}\x1e");
    EXPECT_THAT(whole_poll().body, HasSubstr("{}\x1e"));
  }
};

const std::string kAskNode = "{\"type\":1,\"invocationId\":\"7\",\"target\":\"GetNodeInfo\",\"arguments\":[]}\x1e";

TEST_F(SignalRPolledConnectionTest, TellsHubMessagesOneBehindTheOther) {
  agree();
  say(kAskNode + kAskNode);
  const auto body = whole_poll().body;
  EXPECT_EQ(std::count(body.begin(), body.end(), '\x1e'), 4) << body;
}

TEST_F(SignalRPolledConnectionTest, TakesAPollForAnAcknowledgementOnceTheAnswerBeforeWasWritten) {
  agree();
  say(kAskNode);
  const auto first = poll()->value();
  say(kAskNode);
  const auto next = poll();
  EXPECT_FALSE(next->has_value()) << "the first answer may still be lost";
  written(first);
  EXPECT_EQ(next->value().status, http::status::ok);
  EXPECT_NE(next->value().ack, first.ack);
}

TEST_F(SignalRPolledConnectionTest, EndsWhenAnAnswerHasBeenLost) {
  agree();
  say(kAskNode);
  poll();  // the node that should write the answer is gone
  const auto next = poll();
  pass(Seconds(1));
  EXPECT_FALSE(next->has_value());
  pass(Seconds(1));
  EXPECT_EQ(next->value().status, http::status::no_content);
  EXPECT_EQ(poll()->value().status, http::status::not_found);
  EXPECT_EQ(shard.sessions().size(), 0U);
}

TEST_F(SignalRPolledConnectionTest, LetsAPollGoWithNothingAfter25Seconds) {
  agree();
  const auto waiting = poll();
  pass(Seconds(25));
  EXPECT_FALSE(waiting->has_value());
  pass(Seconds(1));
  EXPECT_EQ(waiting->value().status, http::status::ok) << "204 would be the end";
  EXPECT_EQ(waiting->value().body, "");
}

TEST_F(SignalRPolledConnectionTest, Says204AfterItsLastMessage) {
  agree();
  shard.post(to_shard::CloseAll{});
  settle(loop);
  EXPECT_THAT(whole_poll().body, HasSubstr("{\"type\":7,\"allowReconnect\":true}\x1e"));
  EXPECT_EQ(poll()->value().status, http::status::no_content);
  EXPECT_EQ(shard.sessions().size(), 0U);
  EXPECT_EQ(poll()->value().status, http::status::not_found);
}

TEST_F(SignalRPolledConnectionTest, Says204ToThePollThatWaitsWhenTheClientEnds) {
  agree();
  const auto waiting = poll();
  EXPECT_EQ(ask({Kind::end, 0, {}})->value().status, http::status::accepted);
  EXPECT_EQ(waiting->value().status, http::status::no_content);
  EXPECT_EQ(shard.sessions().size(), 0U);
}

TEST_F(SignalRPolledConnectionTest, RefusesAHandshakeThatIsNone) {
  say(kAskNode);
  EXPECT_THAT(whole_poll().body, HasSubstr("{\"error\":"));
  EXPECT_EQ(poll()->value().status, http::status::no_content);
}

}  // namespace
}  // namespace chat
