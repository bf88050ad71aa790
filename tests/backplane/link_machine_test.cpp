#include "backplane/link_machine_fixture.hpp"

namespace chat::redis {
namespace {

using testing::HasSubstr;

TEST_F(LinkMachineTest, AsksForAConnectionFirstAndForNothingElse) {
  const auto actions = machine().start();
  EXPECT_TRUE(actions.connect);
  EXPECT_FALSE(actions.read || actions.flush || actions.close || actions.fail);
  EXPECT_THAT(commands(), IsEmpty());
}

TEST_F(LinkMachineTest, GreetsInThisOrderAndIsUpWhenThePingIsAnswered) {
  url.user = "chat";
  url.password = "s3cret";
  url.database = "3";
  url.master = "main";
  connect();
  EXPECT_THAT(commands(), ElementsAre("AUTH", "SELECT", "CLIENT", "ROLE", "PING"));
  EXPECT_THAT(written, HasSubstr("$4\r\nAUTH\r\n$4\r\nchat\r\n$6\r\ns3cret\r\n"));
  EXPECT_EQ(reads, 1);
  receive("+OK\r\n+OK\r\n+OK\r\n*1\r\n$6\r\nmaster\r\n");
  EXPECT_THAT(log, IsEmpty());
  receive("+PONG\r\n");
  EXPECT_THAT(log, ElementsAre("up"));
  EXPECT_TRUE(machine().is_up());
}

TEST_F(LinkMachineTest, GivesAPasswordWithoutAUserAlone) {
  url.password = "s3cret";
  connect();
  EXPECT_THAT(commands(), ElementsAre("AUTH", "CLIENT", "PING"));
  EXPECT_THAT(written, HasSubstr("*2\r\n$4\r\nAUTH\r\n$6\r\ns3cret\r\n"));
}

TEST_F(LinkMachineTest, BreaksAConnectionWhoseGreetingIsRefusedAndTriesAgain) {
  url.password = "wrong";
  for (const char* answers : {"-WRONGPASS invalid\r\n", "+OK\r\n+OK\r\n-LOADING\r\n"}) {
    connect();
    closed = connects = 0;
    receive(answers);
    EXPECT_FALSE(machine().is_connected()) << answers;
    EXPECT_EQ(closed, 1);
    EXPECT_EQ(connects, 0);
    pass(Backoff::kLongest);
    EXPECT_EQ(connects, 1) << answers;
    apply(machine().restart("next case"));
  }
  EXPECT_THAT(log, IsEmpty()) << "it was never up, so it never went down";
}

TEST_F(LinkMachineTest, LeavesAServerThatIsNoLongerTheMaster) {
  url.master = "main";
  connect();
  receive("+OK\r\n*1\r\n$5\r\nslave\r\n+PONG\r\n");
  EXPECT_FALSE(machine().is_connected());
  EXPECT_THAT(log, IsEmpty());
}

TEST_F(LinkMachineTest, GivesUpAnAttemptToConnectThatTakesTooLong) {
  apply(machine().start());
  pass(LinkMachine::kTimeout);
  EXPECT_EQ(closed, 0);
  pass(Pulse::kWatchEvery);
  EXPECT_EQ(closed, 1);
}

TEST_F(LinkMachineTest, PingsASilentServerAndKeepsItIfItAnswers) {
  come_up();
  for (int i = 0; i < 5; ++i) {
    pass(LinkMachine::kTimeout / 2 + Pulse::kWatchEvery);
    EXPECT_THAT(commands(), ElementsAre("PING"));
    receive("+PONG\r\n");
  }
  EXPECT_THAT(log, ElementsAre("up"));
  pass(2 * LinkMachine::kTimeout);
  EXPECT_FALSE(machine().is_connected());
}

TEST_F(LinkMachineTest, PingsASubscribedConnectionWhoseAnswerIsAPush) {
  is_subscription = true;
  come_up();
  pass(LinkMachine::kTimeout / 2 + Pulse::kWatchEvery);
  EXPECT_THAT(commands(), ElementsAre("PING"));
  receive("*2\r\n$4\r\npong\r\n$0\r\n\r\n");
  EXPECT_THAT(log, ElementsAre("up", "pong"));
  EXPECT_TRUE(machine().is_up());
}

TEST_F(LinkMachineTest, PausesLongerAfterEachAttemptThatFailsUpToHalfASecond) {
  apply(machine().start());
  for (Milliseconds most = Backoff::kFirst; connects < 12; most = std::min(2 * most, Backoff::kLongest)) {
    apply(machine().restart("refused"));
    EXPECT_GE(pause(), most / 4);
    EXPECT_LE(pause(), most);
    const int before = connects;
    pass(pause());
    EXPECT_EQ(connects, before + 1);
  }
}

TEST_F(LinkMachineTest, BeginsWithAShortPauseAgainAfterAConnectionThatHeld) {
  const auto break_after = [this](Milliseconds time) {
    while (!machine().is_connected()) {
      if (machine().wake_at() > clock.now()) pass(pause());
      apply(machine().on_connected("redis:6379"));
    }
    receive("+OK\r\n+PONG\r\n");
    clock.advance(time);
    apply(machine().restart("cut"));
  };
  apply(machine().start());
  for (int i = 0; i < 8; ++i) break_after(Retry::kProven);
  EXPECT_GT(pause(), Backoff::kFirst) << "it broke each time as soon as it was up";
  break_after(Retry::kProven + Milliseconds(1));
  EXPECT_LE(pause(), Backoff::kFirst);
}

TEST_F(LinkMachineTest, BreaksAConnectionThatDoesNotSpeakResp) {
  come_up();
  receive("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_FALSE(machine().is_connected());
  EXPECT_THAT(log, ElementsAre("up", "down"));
}

TEST_F(LinkMachineTest, BreaksASubscriptionThatIsRefused) {
  is_subscription = true;
  come_up();
  apply(machine().send_unanswered(std::initializer_list<std::string_view>{"SSUBSCRIBE", "room"}));
  EXPECT_THAT(commands(), ElementsAre("SSUBSCRIBE"));
  receive("-ERR no\r\n");
  EXPECT_FALSE(machine().is_connected());
}

TEST_F(LinkMachineTest, ReadsNothingWhileItIsHeldAndBlamesNoServerForThat) {
  is_subscription = true;
  come_up();
  is_held = true;
  reads = 0;
  receive("*2\r\n$8\r\nsmessage\r\n$0\r\n\r\n");
  EXPECT_EQ(reads, 0);
  pass(3 * LinkMachine::kTimeout);
  EXPECT_EQ(reads, 0);
  EXPECT_TRUE(machine().is_up());
  is_held = false;
  pass(LinkMachine::kHold);
  EXPECT_EQ(reads, 1);
  pass(LinkMachine::kHold);
  EXPECT_EQ(reads, 1);
}

TEST_F(LinkMachineTest, KeepsItsLongPauseWhileAServerIsOfNoUse) {
  for (int i = 0; i < 8; ++i) {
    apply(machine().start());
    apply(machine().on_connected("redis:6379"));
    receive("+OK\r\n+PONG\r\n");
    clock.advance(Seconds(1));
    apply(machine().refuse({"it is a replica", "name the primary"}));
  }
  EXPECT_GT(pause(), Backoff::kFirst);
  machine().accept();
  apply(machine().start());
  apply(machine().on_connected("redis:6379"));
  receive("+OK\r\n+PONG\r\n");
  clock.advance(Seconds(1));
  apply(machine().restart("cut"));
  EXPECT_LE(pause(), Backoff::kFirst);
}

}  // namespace
}  // namespace chat::redis
