// A polled connection that goes on over a socket of its own shard: one end of a pair of sockets is the client.
#include "chat/transport/polling/upgradable_connection.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <memory>
#include <string>

#include "chat/sessions/shard.hpp"
#include "protocols/chat_v1/dialogue.hpp"
#include "protocols/chat_v1/formats.hpp"
#include "transport/client_frame.hpp"
#include "transport/lone_node.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;
using testing::HasSubstr;

/// The client says "try" and gets "tried", then "move".
class TestedConnection final : public UpgradableConnection {
 public:
  using UpgradableConnection::UpgradableConnection;
  bool wanted = true;
  int ended = 0;

 private:
  bool wants_socket() const override { return wanted; }
  void on_trial(std::string_view packet, bool) override {
    if (packet == "try") return say_on_trial("tried");
    if (packet != "move") return end_trial();
    move();
    flush(session().outbox());
  }
  void on_trial_ended() override { ++ended; }
};

class UpgradableConnectionTest : public testing::Test, public LoneNode {
 protected:
  UpgradableConnectionTest() {
    connections.start();
    offer();
  }
  void offer() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    client = Descriptor(ends[0]);
    connection.take_socket(Descriptor(ends[1]), "answer", {}, WebSocketReader(4096));
    settle(loop);
  }
  void write(int opcode, const std::string& payload) {
    const std::string bytes = frame(opcode, payload);
    EXPECT_EQ(::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    settle(loop);
  }
  /// All that has come; "(end)" if the node has closed.
  std::string heard() {
    settle(loop);
    std::string all;
    char buffer[4096];
    for (;;) {
      const auto size = ::recv(client.get(), buffer, sizeof buffer, MSG_DONTWAIT);
      if (size == 0) return all + "(end)";
      if (size < 0) return all;
      all.append(buffer, static_cast<std::size_t>(size));
    }
  }

  TestedConnection& connection = add(std::make_unique<TestedConnection>(
      connections, "id", Admitted{}, chat_v1_formats().websocket, chat_v1_dialogue(), [](bool) {}));
  Descriptor client;
};

const std::string kAskNode = R"({"type":"node","id":7})";

TEST_F(UpgradableConnectionTest, AnswersASocketAndLetsTheProtocolTryIt) {
  EXPECT_EQ(heard(), "answer");
  write(kText, "try");
  EXPECT_EQ(heard(), "tried");
}

TEST_F(UpgradableConnectionTest, GoesOnWithPollsWhileASocketIsTried) {
  write(kText, "try");
  EXPECT_EQ(say(kAskNode), http::status::accepted);
  EXPECT_THAT(poll()->value().body, HasSubstr(R"("id":7)"));
  EXPECT_EQ(heard(), "answertried");
}

TEST_F(UpgradableConnectionTest, WritesToTheSocketOnceItHasMoved) {
  say(kAskNode);
  write(kText, "move");
  EXPECT_THAT(heard(), HasSubstr(R"("id":7)"));
  write(kText, R"({"type":"node","id":8})");
  EXPECT_THAT(heard(), HasSubstr(R"("id":8)"));
}

TEST_F(UpgradableConnectionTest, TakesMessagesThatComeRightBehindTheMove) {
  const std::string bytes = frame(kText, "move") + frame(kText, kAskNode);
  ::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  EXPECT_THAT(heard(), HasSubstr(R"("id":7)"));
}

TEST_F(UpgradableConnectionTest, GoesOnWithPollsWhenATriedSocketIsGone) {
  client.reset();
  settle(loop);
  EXPECT_EQ(connection.ended, 1);
  EXPECT_EQ(say(kAskNode), http::status::accepted);
  offer();
  EXPECT_EQ(heard(), "answer");
}

TEST_F(UpgradableConnectionTest, EndsWithTheSocketToWhichItHasMoved) {
  write(kText, "move");
  client.reset();
  settle(loop);
  EXPECT_EQ(say(kAskNode), http::status::not_found);
}

TEST_F(UpgradableConnectionTest, ClosesASocketThatItDoesNotWant) {
  Descriptor first = std::move(client);
  offer();
  EXPECT_THAT(heard(), testing::AllOf(HasSubstr("answer"), HasSubstr("has a socket"), HasSubstr("(end)")));
  client = std::move(first);
  write(kText, "try");
  EXPECT_EQ(heard(), "answertried");
}

TEST_F(UpgradableConnectionTest, ClosesASocketOnAMessageThatTheProtocolDoesNotExpect) {
  write(kText, "nonsense");
  EXPECT_THAT(heard(), HasSubstr("(end)"));
  EXPECT_EQ(say(kAskNode), http::status::accepted);
}

TEST_F(UpgradableConnectionTest, ClosesASocketThatIsNotUsedInTime) {
  poll();
  pass(Seconds(9));
  EXPECT_EQ(heard(), "answer");
  pass(Seconds(2));
  EXPECT_THAT(heard(), HasSubstr("(end)"));
  EXPECT_EQ(connection.ended, 1);
}

TEST_F(UpgradableConnectionTest, AnswersPingsBeforeAndAfterTheMove) {
  write(kPing, "one");
  EXPECT_THAT(heard(), HasSubstr("one"));
  write(kText, "move");
  write(kPing, "two");
  EXPECT_THAT(heard(), HasSubstr("two"));
}

TEST_F(UpgradableConnectionTest, SaysGoodbyeOverTheSocket) {
  write(kText, "move");
  shard.sessions().for_each([](Session& session) { session.close({CloseCode::restart, "later"}); });
  EXPECT_THAT(heard(), testing::AllOf(HasSubstr("later"), HasSubstr("(end)")));
  pass(Seconds(4));
  EXPECT_EQ(say(kAskNode), http::status::not_found);
}

TEST_F(UpgradableConnectionTest, EndsAClientThatBreaksTheProtocol) {
  write(kText, "move");
  write(kText, std::string(5000, 'x'));
  EXPECT_THAT(heard(), HasSubstr("(end)"));
}

}  // namespace
}  // namespace chat
