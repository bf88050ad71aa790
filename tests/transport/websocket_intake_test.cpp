#include "transport/websocket/websocket_intake.hpp"

#include <gmock/gmock.h>

#include "support/fake_node.hpp"
#include "transport/client_frame.hpp"

namespace chat {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const std::string kRequest = frame(kText, R"({"type":"node","id":1})");

class WebSocketIntakeTest : public testing::Test {
 protected:
  ~WebSocketIntakeTest() override { node.leave(); }
  void take(std::string bytes) {
    intake.take(bytes, client.session());
    settle(loop);
  }

  boost::asio::io_context loop;
  ManualClock clock;
  FakeNode node{loop, clock, "chat-1", make_memory_services(loop, make_memory_bus({}))};
  FakeClient& client = node.connect();
  WebSocketIntake intake{WebSocketReader(16 * 1024)};
};

TEST_F(WebSocketIntakeTest, GivesTheSessionEachMessage) {
  take(kRequest + kRequest.substr(0, 5));
  EXPECT_THAT(client.all("node"), SizeIs(1));
  take(kRequest.substr(5));
  EXPECT_THAT(client.all("node"), SizeIs(2));
}

TEST_F(WebSocketIntakeTest, AnswersPingsUpToARate) {
  for (int i = 0; i < 20; ++i) take(frame(kPing, "p"));
  EXPECT_EQ(client.pongs, 20);
  EXPECT_EQ(client.close_code(), std::nullopt);
  take(frame(kPing, "p"));
  EXPECT_EQ(client.pongs, 20);
  EXPECT_EQ(client.close_code(), 1008);
}

TEST_F(WebSocketIntakeTest, RefusesABinaryMessageForAProtocolOfText) {
  take(frame(kBinary, "bytes"));
  EXPECT_EQ(client.close_code(), 1003);
}

TEST_F(WebSocketIntakeTest, ClosesTheSessionOfAClientThatBreaksTheProtocol) {
  take("not a frame");
  EXPECT_EQ(client.close_code(), 1002);
}

TEST_F(WebSocketIntakeTest, AnswersACloseFrameAndIgnoresBytesBehindIt) {
  take(frame(kClose, "\x03\xe8") + kRequest);
  EXPECT_TRUE(intake.has_peer_closed());
  EXPECT_EQ(client.close_code(), 1000);
  EXPECT_THAT(client.all("node"), IsEmpty());
}

TEST_F(WebSocketIntakeTest, IgnoresAllBytesOnceItIsStopped) {
  intake.stop();
  take(kRequest);
  EXPECT_THAT(client.received(), IsEmpty());
}

TEST_F(WebSocketIntakeTest, BeginsWithAWholeFrameAfterARestart) {
  take(kRequest.substr(0, 5));
  intake.restart();
  take(kRequest);
  EXPECT_THAT(client.all("node"), SizeIs(1));
  EXPECT_EQ(client.close_code(), std::nullopt);
}

}  // namespace
}  // namespace chat
