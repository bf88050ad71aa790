// Polls of Engine.IO, and a WebSocket of any node that takes their place.
#include "protocols/socketio/engine_connection.hpp"

#include <gmock/gmock.h>

#include <memory>

#include "protocols/socketio/codec.hpp"
#include "protocols/socketio/echo.hpp"
#include "transport/lone_node.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;
using testing::HasSubstr;

class EngineConnectionTest : public testing::Test, public LoneNode {
 protected:
  EngineConnectionTest() {
    add(std::make_unique<EngineConnection>(connections, "id", Admitted{}, socketio_handover_format(),
                                           engine_echo(settings), [](bool) {}));
  }
  /// A poll whose answer its node writes.
  std::string whole_poll() {
    const auto answer = poll()->value();
    ask({Kind::written, answer.ack, {}});
    return answer.body;
  }
  http::status from_socket(Kind kind, std::string body = {}) { return ask({kind, 0, std::move(body)})->value().status; }
  void upgrade() {
    EXPECT_EQ(from_socket(Kind::offer), http::status::accepted);
    EXPECT_EQ(from_socket(Kind::probe), http::status::accepted);
    EXPECT_EQ(from_socket(Kind::upgrade), http::status::accepted);
  }

  SocketIOSettings settings{};
};

TEST_F(EngineConnectionTest, AnswersAPollWithAPayload) {
  say("4a\x1e"
      "4b\x1e"
      "bAQID");
  EXPECT_EQ(whole_poll(),
            "4a\x1e"
            "4b\x1e"
            "bAQID");
}

TEST_F(EngineConnectionTest, AnswersAPollThatHasWaitedWithANoop) {
  const auto waiting = poll();
  pass(Seconds(26));
  EXPECT_EQ(waiting->value().body, "6");
  EXPECT_EQ(waiting->value().ack, 0U) << "nothing is to be acknowledged";
}

TEST_F(EngineConnectionTest, EndsWhenAnAnswerHasBeenLost) {
  say("4a");
  poll();
  say("4b");
  const auto next = poll();
  EXPECT_FALSE(next->has_value());
  pass(Seconds(2));
  EXPECT_EQ(next->value().body, "6");
  EXPECT_EQ(poll()->value().status, http::status::not_found);
}

TEST_F(EngineConnectionTest, EndsAtASecondPoll) {
  const auto first = poll();
  EXPECT_EQ(poll()->value().status, http::status::bad_request);
  EXPECT_EQ(first->value().body, "1");
}

TEST_F(EngineConnectionTest, FailsThePollsOfAClientThatIsWantedBack) {
  say("4a");
  shard.sessions().for_each([](Session& session) { session.close({CloseCode::restart, "later"}); });
  EXPECT_EQ(whole_poll(), "4a");
  EXPECT_EQ(poll()->value().status, http::status::not_found);
}

TEST_F(EngineConnectionTest, EndsAtAPayloadThatIsNone) {
  say("nonsense");
  EXPECT_EQ(poll()->value().status, http::status::not_found);
}

TEST_F(EngineConnectionTest, GivesAClientThatGoesANoop) {
  say("1");
  EXPECT_EQ(poll()->value().body, "6");
  EXPECT_EQ(poll()->value().status, http::status::not_found);
}

TEST_F(EngineConnectionTest, IsTakenOverByASocketWithWhatWasNotPolled) {
  say("4a");
  upgrade();
  EXPECT_THAT(ask({Kind::pull, 0, {}})->value().body, HasSubstr("4a"));
}

TEST_F(EngineConnectionTest, DoesNotGiveASocketWhatAPollHasTaken) {
  say("4a");
  poll();  // the report that it was written is still on its way
  upgrade();
  const auto pull = ask({Kind::pull, 0, {}});
  from_socket(Kind::push, "4b");
  EXPECT_THAT(pull->value().body, testing::AllOf(HasSubstr("4b"), testing::Not(HasSubstr("4a"))));
}

TEST_F(EngineConnectionTest, GivesFramesAgainUntilTheSocketsNodeHasThem) {
  upgrade();
  from_socket(Kind::push, "4a");
  const auto first = ask({Kind::pull, 0, {}})->value();
  const auto again = ask({Kind::pull, 0, {}})->value();
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.ack, first.ack);
  const auto next = ask({Kind::pull, first.ack, {}});
  EXPECT_FALSE(next->has_value());
}

TEST_F(EngineConnectionTest, EndsAPollWhileASocketIsTried) {
  const auto waiting = poll();
  EXPECT_EQ(from_socket(Kind::probe), http::status::accepted);
  EXPECT_EQ(waiting->value().body, "6");
}

TEST_F(EngineConnectionTest, RefusesPollsAndAnotherSocketOnceItHasOne) {
  upgrade();
  EXPECT_EQ(poll()->value().status, http::status::bad_request);
  EXPECT_EQ(say("4x"), http::status::bad_request);
  EXPECT_EQ(from_socket(Kind::offer), http::status::bad_request);
  EXPECT_EQ(from_socket(Kind::push, "4x"), http::status::accepted);
}

TEST_F(EngineConnectionTest, RefusesStepsOutOfTheirOrder) {
  EXPECT_EQ(from_socket(Kind::upgrade), http::status::bad_request);
  EXPECT_EQ(from_socket(Kind::push, "4x"), http::status::bad_request);
  EXPECT_EQ(ask({Kind::pull, 0, {}})->value().status, http::status::bad_request);
  EXPECT_EQ(from_socket(Kind::probe), http::status::accepted);
  EXPECT_EQ(from_socket(Kind::probe), http::status::bad_request);
}

TEST_F(EngineConnectionTest, ForgetsASocketThatWasOnlyTried) {
  EXPECT_EQ(from_socket(Kind::probe), http::status::accepted);
  pass(Seconds(11));
  EXPECT_EQ(from_socket(Kind::upgrade), http::status::bad_request);
  EXPECT_EQ(from_socket(Kind::offer), http::status::accepted);
}

TEST_F(EngineConnectionTest, EndsWhenTheSocketsNodeIsGone) {
  upgrade();
  pass(Seconds(31));
  EXPECT_EQ(ask({Kind::pull, 0, {}})->value().status, http::status::not_found);
}

}  // namespace
}  // namespace chat
