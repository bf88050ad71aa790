#include "apps/load/checker.hpp"

#include <gtest/gtest.h>

namespace chat::load {

bool operator==(const Faults& a, const Faults& b) {
  return a.lost == b.lost && a.duplicates == b.duplicates && a.out_of_order == b.out_of_order;
}

namespace {

constexpr Faults kNone{};

TEST(Sequence, CountsNothingMissingWhenAllCameInOrder) {
  Sequence sequence;
  sequence.start_after(41);
  for (std::uint64_t value = 42; value <= 50; ++value) EXPECT_EQ(sequence.see(value), Sequence::Arrival::in_order);
  EXPECT_EQ(sequence.missing(50), 0U);
}

TEST(Sequence, MissesWhatNeverCameInTheMiddleAndAtTheEnd) {
  Sequence sequence;
  EXPECT_EQ(sequence.see(1), Sequence::Arrival::in_order);
  EXPECT_EQ(sequence.see(5), Sequence::Arrival::after_a_hole);
  EXPECT_EQ(sequence.missing(5), 3U);
  EXPECT_EQ(sequence.missing(7), 5U);
}

TEST(Sequence, CallsAHoleFilledLaterLateAndNotMissing) {
  Sequence sequence;
  sequence.see(6);
  for (const std::uint64_t value : {3U, 1U, 5U, 2U, 4U}) EXPECT_EQ(sequence.see(value), Sequence::Arrival::late);
  EXPECT_EQ(sequence.missing(6), 0U);
}

TEST(Sequence, CallsARepeatADuplicateWhetherItCameInOrderOrLate) {
  Sequence sequence;
  sequence.see(1);
  sequence.see(3);
  sequence.see(2);
  for (const std::uint64_t value : {1U, 2U, 3U}) EXPECT_EQ(sequence.see(value), Sequence::Arrival::duplicate);
}

TEST(Sequence, CallsWhatLiesBeforeItsStartADuplicate) {
  Sequence sequence;
  sequence.start_after(10);
  EXPECT_EQ(sequence.see(10), Sequence::Arrival::duplicate);
}

/// One room of three, two of whom send, all in from offset 7.
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

  Checker checker{1, 3, 2};
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
  Checker checker(2, 1, 1);
  checker.joined(0, 0, 0);
  checker.joined(1, 0, 100);
  const Checker::Author first{0, 1};
  EXPECT_TRUE(checker.delivered(0, 0, 1, &first));
  EXPECT_TRUE(checker.delivered(1, 0, 101, &first));
  EXPECT_EQ(checker.expected(), 2U);
  EXPECT_EQ(checker.faults(), kNone);
}

}  // namespace
}  // namespace chat::load
