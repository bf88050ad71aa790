#include "apps/load/check/sequence.hpp"

#include <gtest/gtest.h>

namespace chat::load {
namespace {

TEST(Sequence, CountsNothingMissingWhenAllCameInOrder) {
  Sequence sequence;
  sequence.start_after(41);
  for (std::uint64_t value = 42; value <= 50; ++value) EXPECT_EQ(sequence.see(value), Sequence::Arrival::in_order);
  EXPECT_EQ(sequence.missing(50), 0U);
}

TEST(Sequence, MissesNumbersInTheMiddleAndAtTheEnd) {
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

TEST(Sequence, CallsANumberBeforeItsStartADuplicate) {
  Sequence sequence;
  sequence.start_after(10);
  EXPECT_EQ(sequence.see(10), Sequence::Arrival::duplicate);
}

}  // namespace
}  // namespace chat::load
