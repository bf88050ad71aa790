#include "backplane/link_machine_fixture.hpp"

namespace chat::redis {
namespace {

TEST_F(LinkMachineTest, AnswersCommandsInTheirOrderWhereverTheBytesAreCut) {
  come_up();
  Answer first, second;
  send({"GET", "a"}, into(first));
  send({"GET", "b"}, into(second));
  EXPECT_THAT(commands(), ElementsAre("GET", "GET"));
  const std::string answers = "$3\r\none\r\n-ERR two\r\n";
  for (const char byte : answers) receive({&byte, 1});
  EXPECT_EQ(first.text, "one");
  EXPECT_EQ(second.text, "ERR two");
  EXPECT_EQ(first.times + second.times, 2);
  EXPECT_TRUE(machine().is_up());
}

TEST_F(LinkMachineTest, BreaksAConnectionThatLeavesACommandUnanswered) {
  come_up();
  Answer answer;
  send({"GET", "a"}, into(answer));
  for (int i = 0; i < 4; ++i) {
    pass(LinkMachine::kTimeout / 4);
    EXPECT_EQ(answer.times, 0);
  }
  pass(Pulse::kWatchEvery);
  EXPECT_EQ(answer.text, "(none)");
  EXPECT_THAT(log, ElementsAre("up", "down"));
  EXPECT_EQ(closed, 1);
}

TEST_F(LinkMachineTest, BreaksAConnectionWhoseAnswerTricklesLongerThanItsTime) {
  come_up();
  Answer answer;
  send({"GET", "a"}, into(answer));
  receive("$1000\r\n");
  const auto trickle = [this](Milliseconds time) {
    for (; time > Milliseconds(0); time -= Milliseconds(100)) {
      pass(Milliseconds(100));
      receive("x");
    }
  };
  trickle(LinkMachine::kTimeout);
  EXPECT_EQ(answer.times, 0);
  trickle(Pulse::kWatchEvery);
  EXPECT_EQ(answer.text, "(none)");
  EXPECT_FALSE(machine().is_connected());
}

TEST_F(LinkMachineTest, MistakesNoLateAnswer) {
  come_up();
  Answer late, next;
  send({"GET", "late"}, into(late));
  pass(LinkMachine::kTimeout + Pulse::kWatchEvery);
  receive("$4\r\nlate\r\n");
  EXPECT_EQ(late.text, "(none)");
  while (connects < 2) pass(Milliseconds(10));
  apply(machine().on_connected("redis:6379"));
  receive("+OK\r\n+PONG\r\n");
  send({"GET", "next"}, into(next));
  receive("$4\r\nnext\r\n");
  EXPECT_EQ(next.text, "next");
  EXPECT_EQ(late.times, 1);
}

TEST_F(LinkMachineTest, KeepsCommandsBackWhileTooManyAreWithRedis) {
  come_up();
  for (std::size_t i = 0; i < CommandQueue::kMaxInFlight; ++i) send({"GET", "a"}, {});
  EXPECT_EQ(commands().size(), CommandQueue::kMaxInFlight);
  Answer next;
  send({"GET", "b"}, into(next));
  EXPECT_THAT(commands(), IsEmpty());
  pass(LinkMachine::kTimeout - Milliseconds(1));
  for (std::size_t i = 0; i < CommandQueue::kMaxInFlight; ++i) receive("$-1\r\n");
  EXPECT_THAT(commands(), ElementsAre("GET"));
  pass(LinkMachine::kTimeout - Milliseconds(1));
  EXPECT_EQ(next.times, 0) << "its time begins when it is written";
  receive("$1\r\nb\r\n");
  EXPECT_EQ(next.text, "b");
}

TEST_F(LinkMachineTest, RefusesCommandsAboveItsBoundsAndTellsSoLater) {
  come_up();
  for (std::size_t i = 0; i < CommandQueue::kMaxInFlight + CommandQueue::kMaxWaiting; ++i) send({"GET"}, {});
  EXPECT_FALSE(fails_due);
  Answer refused;
  send({"GET"}, into(refused));
  EXPECT_TRUE(fails_due);
  EXPECT_EQ(refused.times, 0) << "no handler is called inside send()";
  machine().fail_refused();
  machine().fail_refused();
  EXPECT_EQ(refused.text, "(none)");
  EXPECT_EQ(refused.times, 1);
}

TEST_F(LinkMachineTest, RefusesCommandsOfMoreBytesThanMayWait) {
  come_up();
  for (std::size_t i = 0; i < CommandQueue::kMaxInFlight; ++i) send({"GET"}, {});
  const std::string large(CommandQueue::kMaxWaitingBytes / 4, 'x');
  for (int i = 0; i < 4; ++i) send({"SET", large}, {});
  EXPECT_FALSE(fails_due);
  send({"GET"}, {});
  EXPECT_TRUE(fails_due);
}

TEST_F(LinkMachineTest, RefusesCommandsWhileThereIsNoConnection) {
  apply(machine().start());
  Answer early;
  send({"GET"}, into(early));
  EXPECT_TRUE(fails_due);
  machine().fail_refused();
  EXPECT_EQ(early.text, "(none)");
  apply(machine().on_connected("redis:6379"));
  EXPECT_THAT(commands(), ElementsAre("CLIENT", "PING"));
}

TEST_F(LinkMachineTest, TellsAllCommandsOnceThatTheConnectionBroke) {
  come_up();
  std::vector<Answer> answers(CommandQueue::kMaxInFlight + 5);
  for (auto& answer : answers) send({"GET"}, into(answer));
  apply(machine().restart("cut"));
  for (const auto& answer : answers) {
    EXPECT_EQ(answer.text, "(none)");
    EXPECT_EQ(answer.times, 1);
  }
  EXPECT_THAT(commands(), IsEmpty());
}

TEST_F(LinkMachineTest, CallsNothingAfterItHasStopped) {
  come_up();
  Answer answer, refused;
  send({"GET"}, into(answer));
  apply(machine().stop());
  send({"GET"}, into(refused));
  machine().fail_refused();
  receive("+late\r\n");
  apply(machine().restart("late"));
  EXPECT_EQ(answer.times + refused.times, 0);
  EXPECT_THAT(log, ElementsAre("up"));
  EXPECT_EQ(machine().wake_at(), Instant::max());
  EXPECT_EQ(connects, 1);
}

TEST_F(LinkMachineTest, StopsInsideAHandlerOfItsOwn) {
  come_up();
  Answer second;
  send({"GET"}, [this](const Reply::Part*) { apply(machine().stop()); });
  send({"GET"}, into(second));
  receive("+one\r\n+two\r\n");
  EXPECT_EQ(second.times, 0);
  EXPECT_EQ(batches, 1) << "that of the greeting";
}

TEST_F(LinkMachineTest, DropsTheRestOfAReadInWhichAHandlerBrokeTheConnection) {
  come_up();
  Answer second;
  send({"GET"}, [this](const Reply::Part* reply) {
    if (reply != nullptr) apply(machine().restart("it tells nonsense"));
  });
  send({"GET"}, into(second));
  reads = 0;
  receive("+one\r\n+two\r\n");
  EXPECT_EQ(second.text, "(none)");
  EXPECT_EQ(reads, 0);
  EXPECT_EQ(closed, 1);
}

}  // namespace
}  // namespace chat::redis
