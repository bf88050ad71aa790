#include "chat/transport/polling/poll_mailbox.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace chat {
namespace {

class PollMailboxTest : public testing::Test {
 protected:
  struct Got {
    std::uint64_t ack;
    std::string events;
    bool operator==(const Got&) const = default;
  };

  void put(std::string_view frame) { outbox.push(SharedBytes(frame), false); }
  /// A poll; its answer is in `answers` under the number it returns.
  std::size_t poll(std::uint64_t ack) {
    const std::size_t number = answers.size();
    answers.emplace_back();
    mailbox.poll(
        ack,
        [this, number](std::uint64_t given, const std::string& events) {
          EXPECT_FALSE(answers[number].has_value()) << "answered twice";
          answers[number] = Got{given, events};
        },
        outbox);
    return number;
  }

  Outbox outbox;
  PollMailbox mailbox;
  std::vector<std::optional<Got>> answers;
};

TEST_F(PollMailboxTest, GivesAPollAtOnceWhatIsThere) {
  put("a");
  put("b");
  EXPECT_EQ(answers[poll(0)], (Got{1, "ab"}));
  EXPECT_TRUE(outbox.empty());
}

TEST_F(PollMailboxTest, LetsAPollWaitUntilThereIsSomething) {
  const auto waiting = poll(0);
  EXPECT_FALSE(mailbox.flush(outbox));
  EXPECT_FALSE(answers[waiting].has_value());
  put("a");
  EXPECT_TRUE(mailbox.flush(outbox));
  EXPECT_EQ(answers[waiting], (Got{1, "a"}));
  EXPECT_FALSE(mailbox.is_awaited());
}

TEST_F(PollMailboxTest, GivesAnAnswerAgainUntilItIsAcknowledged) {
  put("a");
  poll(0);
  put("b");
  EXPECT_EQ(answers[poll(0)], (Got{1, "a"})) << "the first answer was lost";
  EXPECT_EQ(answers[poll(1)], (Got{2, "b"}));
  EXPECT_EQ(answers[poll(1)], (Got{2, "b"}));
  EXPECT_FALSE(answers[poll(2)].has_value());
}

TEST_F(PollMailboxTest, TakesOnlyTheNumberOfTheLastAnswerForAnAcknowledgement) {
  put("a");
  poll(0);
  for (const std::uint64_t wrong : {std::uint64_t{0}, std::uint64_t{2}, ~std::uint64_t{0}}) {
    EXPECT_EQ(answers[poll(wrong)], (Got{1, "a"})) << wrong;
  }
}

TEST_F(PollMailboxTest, SendsTheOlderOfTwoPollsAwayWithNothing) {
  const auto older = poll(0);
  const auto newer = poll(0);
  EXPECT_EQ(answers[older], (Got{0, ""}));
  put("a");
  mailbox.flush(outbox);
  EXPECT_EQ(answers[newer], (Got{1, "a"}));
}

TEST_F(PollMailboxTest, LosesNothingWhenAPollHasWaitedLongEnough) {
  const auto waiting = poll(0);
  mailbox.let_go();
  EXPECT_EQ(answers[waiting], (Got{0, ""}));
  put("a");
  EXPECT_FALSE(mailbox.flush(outbox)) << "nobody waits";
  EXPECT_EQ(answers[poll(0)], (Got{1, "a"}));
}

TEST_F(PollMailboxTest, LetsAPollThatAcknowledgesNothingWaitForTheAcknowledgement) {
  put("a");
  poll(0);
  put("b");
  std::optional<Got> got;
  mailbox.wait([&](std::uint64_t number, const std::string& events) { got = Got{number, events}; }, outbox);
  EXPECT_FALSE(mailbox.flush(outbox));
  mailbox.acknowledge(2);
  EXPECT_FALSE(mailbox.flush(outbox)) << "that is another answer";
  mailbox.acknowledge(1);
  EXPECT_TRUE(mailbox.flush(outbox));
  EXPECT_EQ(got, (Got{2, "b"}));
}

TEST_F(PollMailboxTest, CutsAnAnswerThatWouldBeTooLongBetweenFrames) {
  const std::string half(150 * 1024, 'x'), huge(600 * 1024, 'y');
  put(half);
  put(half);
  put(huge);
  EXPECT_EQ(answers[poll(0)], (Got{1, half}));
  EXPECT_EQ(answers[poll(1)], (Got{2, half}));
  EXPECT_EQ(answers[poll(2)], (Got{3, huge})) << "one frame is never cut";
}

}  // namespace
}  // namespace chat
