#include "apps/load/check/checker.hpp"

#include <gtest/gtest.h>

namespace chat::load {

bool operator==(const Faults& a, const Faults& b) {
  return a.lost == b.lost && a.duplicates == b.duplicates && a.out_of_order == b.out_of_order;
}

namespace {

constexpr Faults kNone{};

/// One room of three members; two of them send; all have joined at offset 7.
class CheckerOfOneRoom : public testing::Test {
 protected:
  CheckerOfOneRoom() {
    for (std::uint32_t seat = 0; seat < 3; ++seat) checker.joined(0, seat, 7);
  }
  bool deliver(std::uint32_t seat, std::uint64_t offset, Checker::Author author) {
    return checker.delivered(0, seat, offset, &author);
  }
  void deliver_to_all(std::uint64_t offset, Checker::Author author) {
    for (std::uint32_t seat = 0; seat < 3; ++seat) deliver(seat, offset, author);
  }

  Checker checker{1, 3, 2, true};
};

TEST_F(CheckerOfOneRoom, FindsNoFaultInAPerfectRun) {
  checker.acked(0, {0, 1}, 8);
  deliver_to_all(8, {0, 1});
  deliver_to_all(9, {1, 1});
  checker.acked(0, {1, 1}, 9);
  EXPECT_EQ(checker.expected(), 6U);
  EXPECT_EQ(checker.got(), 6U);
  EXPECT_EQ(checker.faults(), kNone);
  EXPECT_EQ(checker.disagreements(), 0U);
}

TEST_F(CheckerOfOneRoom, ExpectsAnAcknowledgedMessageAtEveryMember) {
  checker.acked(0, {0, 1}, 8);
  EXPECT_EQ(checker.expected(), 3U);
  EXPECT_EQ(checker.by_offset().lost, 3U);
  EXPECT_EQ(checker.by_sender().lost, 3U);
}

TEST_F(CheckerOfOneRoom, ExpectsAMessageThatOneMemberSawAtTheOthersToo) {
  deliver(1, 8, {0, 1});
  EXPECT_EQ(checker.expected(), 3U);
  EXPECT_EQ(checker.by_offset().lost, 2U);
  EXPECT_EQ(checker.by_sender().lost, 2U);
}

TEST_F(CheckerOfOneRoom, FindsAHoleByOffsetAndBySender) {
  deliver_to_all(8, {0, 1});
  deliver_to_all(9, {0, 2});
  deliver(0, 11, {0, 4});
  deliver(1, 10, {0, 3});
  deliver(1, 11, {0, 4});
  deliver(2, 10, {0, 3});
  deliver(2, 11, {0, 4});
  const Faults one_lost{1, 0, 0};
  EXPECT_EQ(checker.by_offset(), one_lost);
  EXPECT_EQ(checker.by_sender(), one_lost);
}

TEST_F(CheckerOfOneRoom, CountsARepeatedDeliveryOnceAndSaysItIsNotNew) {
  deliver_to_all(8, {0, 1});
  EXPECT_FALSE(deliver(2, 8, {0, 1}));
  const Faults one_duplicate{0, 1, 0};
  EXPECT_EQ(checker.faults(), one_duplicate);
  EXPECT_EQ(checker.got(), 3U);
}

TEST_F(CheckerOfOneRoom, FindsSwappedMessages) {
  deliver_to_all(8, {0, 1});
  deliver(0, 9, {0, 2});
  deliver(0, 10, {0, 3});
  for (const std::uint32_t seat : {1U, 2U}) {
    deliver(seat, 10, {0, 3});
    deliver(seat, 9, {0, 2});
  }
  const Faults two_late{0, 0, 2};
  EXPECT_EQ(checker.by_offset(), two_late);
  EXPECT_EQ(checker.by_sender(), two_late);
}

TEST_F(CheckerOfOneRoom, FindsAMessageStoredTwiceThoughOffsetsAreInOrder) {
  deliver_to_all(8, {0, 1});
  deliver_to_all(9, {0, 1});
  EXPECT_EQ(checker.by_offset(), kNone);
  EXPECT_EQ(checker.by_sender().duplicates, 3U);
  EXPECT_EQ(checker.faults().duplicates, 3U);
}

TEST_F(CheckerOfOneRoom, FindsMembersThatSeeDifferentMessagesAtOneOffset) {
  deliver(0, 8, {0, 1});
  deliver(1, 8, {1, 1});
  EXPECT_EQ(checker.disagreements(), 1U);
}

TEST_F(CheckerOfOneRoom, FindsAnAckThatNamesAnotherOffsetThanTheDelivery) {
  deliver_to_all(8, {0, 1});
  deliver_to_all(9, {1, 1});
  checker.acked(0, {0, 1}, 9);
  EXPECT_EQ(checker.disagreements(), 1U);
}

TEST_F(CheckerOfOneRoom, TakesAnAckWithoutAPlaceAsAnAckOnly) {
  deliver_to_all(8, {0, 1});
  deliver_to_all(9, {0, 2});
  checker.acked(0, {0, 1}, 0);
  EXPECT_EQ(checker.disagreements(), 0U);
  EXPECT_EQ(checker.faults(), kNone);
}

TEST_F(CheckerOfOneRoom, ExpectsOfAMemberThatIsAwayForAWhileAllThatItMissed) {
  deliver_to_all(8, {0, 1});
  for (std::uint64_t offset = 9; offset <= 11; ++offset) {
    const Checker::Author author{0, static_cast<std::uint32_t>(offset - 7)};
    for (const std::uint32_t seat : {0U, 1U}) deliver(seat, offset, author);
  }
  EXPECT_EQ(checker.top(0), 11U);
  EXPECT_EQ(checker.faults().lost, 3U);
  for (std::uint64_t offset = 9; offset <= 11; ++offset)
    deliver(2, offset, {0, static_cast<std::uint32_t>(offset - 7)});
  EXPECT_EQ(checker.faults(), kNone);
  EXPECT_EQ(checker.got(), checker.expected());
}

TEST_F(CheckerOfOneRoom, LeavesARoomOutOfAllChecksOnceItIsAbandoned) {
  deliver(0, 8, {0, 1});
  checker.abandon(0);
  checker.abandon(0);
  EXPECT_TRUE(deliver(0, 8, {1, 5}));
  checker.acked(0, {1, 9}, 20);
  EXPECT_EQ(checker.abandoned(), 1U);
  EXPECT_EQ(checker.expected(), 0U);
  EXPECT_EQ(checker.got(), 0U);
  EXPECT_EQ(checker.faults(), kNone);
}

TEST_F(CheckerOfOneRoom, ExpectsNothingMoreOfAMemberThatLeft) {
  deliver(0, 8, {0, 1});
  deliver(1, 8, {0, 1});
  checker.left(0, 2);
  EXPECT_EQ(checker.expected(), 2U);
  EXPECT_EQ(checker.got(), 2U);
  deliver(0, 9, {0, 2});
  deliver(1, 9, {0, 2});
  EXPECT_EQ(checker.faults(), kNone);
  EXPECT_EQ(checker.expected(), 4U);
}

TEST_F(CheckerOfOneRoom, ChecksMessagesOfOthersByOffsetOnly) {
  for (std::uint32_t seat = 0; seat < 3; ++seat) checker.delivered(0, seat, 8, nullptr);
  deliver_to_all(9, {0, 1});
  EXPECT_EQ(checker.faults(), kNone);
  EXPECT_EQ(checker.got(), 6U);
}

TEST(Checker, KeepsRoomsApart) {
  Checker checker(2, 1, 1, true);
  checker.joined(0, 0, 0);
  checker.joined(1, 0, 100);
  const Checker::Author first{0, 1};
  EXPECT_TRUE(checker.delivered(0, 0, 1, &first));
  EXPECT_TRUE(checker.delivered(1, 0, 101, &first));
  EXPECT_EQ(checker.expected(), 2U);
  EXPECT_EQ(checker.faults(), kNone);
}

/// The same room on a server that numbers nothing.
class CheckerWithoutOffsets : public testing::Test {
 protected:
  CheckerWithoutOffsets() {
    for (std::uint32_t seat = 0; seat < 3; ++seat) checker.joined(0, seat, 0);
  }
  Checker checker{1, 3, 2, false};
};

TEST_F(CheckerWithoutOffsets, FindsNoFaultThoughMembersSeeTwoSendersInDifferentOrder) {
  for (const std::uint32_t n : {1U, 2U}) {
    for (const std::uint32_t sender : {0U, 1U}) checker.sent(0, {sender, n});
  }
  for (std::uint32_t seat = 0; seat < 3; ++seat) {
    const std::uint32_t first = seat % 2;
    for (const std::uint32_t sender : {first, 1 - first}) {
      for (const std::uint32_t n : {1U, 2U}) EXPECT_TRUE(checker.delivered(0, seat, {sender, n}));
    }
  }
  EXPECT_EQ(checker.expected(), 12U);
  EXPECT_EQ(checker.got(), 12U);
  EXPECT_EQ(checker.faults(), kNone);
}

TEST_F(CheckerWithoutOffsets, ExpectsEachSentMessageAtEveryMember) {
  checker.sent(0, {0, 1});
  checker.sent(0, {0, 2});
  checker.delivered(0, 0, {0, 1});
  checker.delivered(0, 1, {0, 2});
  EXPECT_EQ(checker.expected(), 6U);
  EXPECT_EQ(checker.got(), 2U);
  EXPECT_EQ(checker.faults().lost, 4U);
}

TEST_F(CheckerWithoutOffsets, FindsRepeatedAndSwappedMessages) {
  for (const std::uint32_t n : {1U, 2U, 3U}) checker.sent(0, {1, n});
  for (const std::uint32_t n : {1U, 3U, 2U}) EXPECT_TRUE(checker.delivered(0, 0, {1, n}));
  EXPECT_FALSE(checker.delivered(0, 0, {1, 3}));
  for (const std::uint32_t seat : {1U, 2U}) {
    for (const std::uint32_t n : {1U, 2U, 3U}) checker.delivered(0, seat, {1, n});
  }
  const Faults one_repeated_one_late{0, 1, 1};
  EXPECT_EQ(checker.faults(), one_repeated_one_late);
  EXPECT_EQ(checker.got(), 9U);
}

TEST_F(CheckerWithoutOffsets, ExpectsNothingMoreOfAMemberThatLeft) {
  checker.sent(0, {0, 1});
  checker.left(0, 2);
  for (const std::uint32_t seat : {0U, 1U}) checker.delivered(0, seat, {0, 1});
  EXPECT_EQ(checker.expected(), 2U);
  EXPECT_EQ(checker.faults(), kNone);
}

}  // namespace
}  // namespace chat::load
