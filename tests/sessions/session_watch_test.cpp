#include "chat/sessions/session_watch.hpp"

#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RecordingWatch final : public SessionWatch {
 public:
  void on_begun(std::string, User user) override { heard.push_back("begun " + user.name); }
  void on_ended(std::string, std::string_view reason) override { heard.push_back("ended: " + std::string(reason)); }
  std::vector<std::string> heard;
};

class SessionWatchTest : public OneNode {
 protected:
  SessionWatchTest() { node.settings.watch = &watch; }
  ~SessionWatchTest() override { node.clients.clear(); }
  RecordingWatch watch;
};

TEST_F(SessionWatchTest, ASessionBeginsWithItsFirstRequestAndEndsWithItsConnection) {
  FakeClient& client = node.connect();
  EXPECT_THAT(watch.heard, IsEmpty());
  client.hello("Ana");
  client.hello("Ana");
  EXPECT_THAT(watch.heard, ElementsAre("begun Ana"));
  client.disconnect();
  EXPECT_THAT(watch.heard, ElementsAre("begun Ana", "ended: the client has left, or its connection broke"));
}

TEST_F(SessionWatchTest, AClientThatNeverAskedAnythingWasNoSession) {
  node.connect().disconnect();
  EXPECT_THAT(watch.heard, IsEmpty());
}

TEST_F(SessionWatchTest, ASessionThatTheNodeClosesEndsWithTheReason) {
  FakeClient& client = node.connect();
  client.hello("Ana");
  client.session().close({CloseCode::policy, "too many pings"});
  client.disconnect();
  EXPECT_THAT(watch.heard, ElementsAre("begun Ana", "ended: too many pings"));
}

TEST_F(SessionWatchTest, ASessionOfAnotherUserIsAnotherSession) {
  FakeClient& client = node.connect();
  client.hello("Ana", "a secret of sixteen");
  client.hello("Bo", "another one of sixteen");
  EXPECT_THAT(watch.heard, ElementsAre("begun Ana", "ended: its user is another one now", "begun Bo"));
}

TEST_F(SessionWatchTest, AnotherNameIsNoOtherUser) {
  FakeClient& client = node.connect();
  client.hello("Ana", "a secret of sixteen");
  client.hello("Anna", "a secret of sixteen");
  EXPECT_THAT(watch.heard, ElementsAre("begun Ana"));
}

}  // namespace
}  // namespace chat
