#include "chat/hub/room_log.hpp"

#include <gmock/gmock.h>

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Message message(Offset offset) { return {offset, SharedBytes("{" + std::to_string(offset) + "}")}; }

std::vector<Message> messages(Offset first, Offset last) {
  std::vector<Message> out;
  for (Offset offset = first; offset <= last; ++offset) out.push_back(message(offset));
  return out;
}

std::vector<Offset> offsets(const std::vector<Message>& list) {
  std::vector<Offset> out;
  for (const auto& m : list) out.push_back(m.offset);
  return out;
}

class RoomLogTest : public testing::Test {
 protected:
  RoomLogTest() { log.start({{"e1", 10}, {}}); }
  void offer(Offset offset, std::string_view epoch = "e1") { log.offer(epoch, message(offset)); }
  std::vector<Offset> delivered() { return offsets(log.take_deliverable()); }
  std::vector<Offset> remembered(Offset after, Offset before, std::uint32_t limit, bool newest) {
    const auto found = log.remembered(after, before, limit, newest);
    return found ? offsets(*found) : std::vector<Offset>{999};
  }
  /// As when the store is asked now, answers at once, and its log ends where the messages or the held ones end.
  void refill(const std::vector<Message>& read, Offset top = 0) {
    log.refill(log.ask(), std::max(top, read.empty() ? 0 : read.back().offset), read);
  }
  Standing reconcile(const LogState& state) { return log.reconcile(log.ask(), state); }
  RoomLog log;
};

TEST_F(RoomLogTest, DeliversWhatFollows) {
  offer(11);
  offer(12);
  EXPECT_THAT(delivered(), ElementsAre(11, 12));
  EXPECT_THAT(delivered(), IsEmpty());
  EXPECT_EQ(log.last(), (Position{"e1", 12}));
}

TEST_F(RoomLogTest, DropsWhatItHasHadAlready) {
  offer(11);
  offer(11);
  offer(10);
  offer(3);
  EXPECT_THAT(delivered(), ElementsAre(11));
  EXPECT_FALSE(log.has_hole());
}

TEST_F(RoomLogTest, HoldsWhatLeavesAHoleUntilItIsRefilled) {
  offer(13);
  offer(12);
  EXPECT_TRUE(log.has_hole());
  EXPECT_THAT(delivered(), IsEmpty());
  refill(messages(11, 12), 13);
  EXPECT_THAT(delivered(), ElementsAre(11, 12, 13));
  EXPECT_FALSE(log.has_hole());
  EXPECT_FALSE(log.is_behind());
}

TEST_F(RoomLogTest, DeliversHeldMessagesWhenTheMissingOneComesLate) {
  offer(12);
  offer(11);
  EXPECT_THAT(delivered(), ElementsAre(11, 12));
  EXPECT_FALSE(log.has_hole());
}

TEST_F(RoomLogTest, PutsWhatCameBeforeItsStartBehindTheStartingPoint) {
  RoomLog early;
  for (Offset offset = 9; offset <= 12; ++offset) early.offer("e1", message(offset));
  EXPECT_FALSE(early.started());
  early.start({{"e1", 10}, {}});
  EXPECT_THAT(offsets(early.take_deliverable()), ElementsAre(11, 12));
}

TEST_F(RoomLogTest, SaysThatTheStoreNoLongerHasWhatIsMissing) {
  offer(20);
  refill(messages(15, 19), 20);
  EXPECT_EQ(log.take_trimmed(), 15U);
  EXPECT_EQ(log.take_trimmed(), std::nullopt);
  EXPECT_THAT(delivered(), ElementsAre(15, 16, 17, 18, 19, 20));
}

TEST_F(RoomLogTest, GoesOnAtTheHeldMessagesWhenTheStoreHasNothing) {
  offer(20);
  refill({}, 20);
  EXPECT_EQ(log.take_trimmed(), 20U);
  EXPECT_THAT(delivered(), ElementsAre(20));
  EXPECT_FALSE(log.is_behind());
}

TEST_F(RoomLogTest, HoldsABoundedNumberAndFindsTheRestInTheStore) {
  constexpr Offset kFar = 12 + 3 * RoomLog::kMostHeld;
  for (Offset offset = 12; offset <= kFar; ++offset) offer(offset);
  refill(messages(11, 11), kFar);
  EXPECT_EQ(delivered().size(), 1 + RoomLog::kMostHeld);
  EXPECT_TRUE(log.is_behind());
  while (log.is_behind()) refill(messages(log.last().offset + 1, std::min(kFar, log.last().offset + 200)), kFar);
  EXPECT_EQ(log.last().offset, kFar);
}

TEST_F(RoomLogTest, HoldsAnotherEpochUntilTheStoreHasSaidHowTheyJoin) {
  offer(11, "e2");
  EXPECT_TRUE(log.has_unknown_epoch());
  EXPECT_FALSE(log.has_hole());
  EXPECT_THAT(delivered(), IsEmpty());
  const auto standing = reconcile({{"e2", 11}, {{"e1", 10}}});
  EXPECT_EQ(standing.kind, Standing::Kind::current);
  EXPECT_THAT(delivered(), ElementsAre(11));
  EXPECT_EQ(log.last(), (Position{"e2", 11}));
  EXPECT_FALSE(log.has_unknown_epoch());
}

TEST_F(RoomLogTest, GoesBackToWhatSurvivedOfALogThatLostItsTail) {
  for (Offset offset = 11; offset <= 15; ++offset) offer(offset);
  delivered();
  offer(13, "e2");
  const auto standing = reconcile({{"e2", 13}, {{"e1", 12}}});
  EXPECT_EQ(standing.kind, Standing::Kind::rewound);
  EXPECT_EQ(standing.offset, 12U);
  EXPECT_THAT(delivered(), ElementsAre(13));
  EXPECT_THAT(remembered(10, 99, 99, false), ElementsAre(11, 12, 13));
}

TEST_F(RoomLogTest, StartsAgainOnALogThatNothingConnectsToItsOwn) {
  offer(11);
  delivered();
  offer(2, "e9");
  const auto standing = reconcile({{"e9", 2}, {}});
  EXPECT_EQ(standing.kind, Standing::Kind::unknown);
  EXPECT_EQ(log.last(), (Position{"e9", 2}));
  EXPECT_THAT(delivered(), IsEmpty());
  EXPECT_EQ(log.remembered(0, 99, 99, false), std::nullopt);
  offer(3, "e9");
  EXPECT_THAT(delivered(), ElementsAre(3));
}

TEST_F(RoomLogTest, ForgetsStragglersOfAnEpochThatEnded) {
  reconcile({{"e2", 10}, {{"e1", 10}}});
  offer(11, "e1");
  EXPECT_TRUE(log.has_unknown_epoch());
  reconcile({{"e2", 10}, {{"e1", 10}}});
  EXPECT_FALSE(log.has_unknown_epoch());
  offer(11, "e2");
  EXPECT_THAT(delivered(), ElementsAre(11));
}

TEST_F(RoomLogTest, KnowsThatItIsBehindWhenTheStoreHasMore) {
  EXPECT_EQ(reconcile({{"e1", 14}, {}}).kind, Standing::Kind::current);
  EXPECT_TRUE(log.is_behind());
  refill(messages(11, 14));
  EXPECT_FALSE(log.is_behind());
  EXPECT_THAT(delivered(), ElementsAre(11, 12, 13, 14));
}

TEST_F(RoomLogTest, RemembersTheNewestAndSaysWhenThatIsNotAllThatWasAskedFor) {
  for (Offset offset = 11; offset <= 20; ++offset) offer(offset);
  EXPECT_THAT(remembered(10, 99, 99, false), ElementsAre(11, 12, 13, 14, 15, 16, 17, 18, 19, 20));
  EXPECT_THAT(remembered(12, 99, 3, false), ElementsAre(13, 14, 15));
  EXPECT_THAT(remembered(12, 99, 3, true), ElementsAre(18, 19, 20));
  EXPECT_THAT(remembered(0, 99, 2, true), ElementsAre(19, 20));
  EXPECT_THAT(remembered(12, 15, 99, false), ElementsAre(13, 14));
  EXPECT_THAT(remembered(20, 99, 99, false), IsEmpty());
  EXPECT_THAT(remembered(12, 13, 99, true), IsEmpty());
  EXPECT_THAT(remembered(0, 99, 0, true), IsEmpty());
  EXPECT_EQ(log.remembered(9, 99, 99, false), std::nullopt);
}

TEST_F(RoomLogTest, RemembersABoundedNumber) {
  for (Offset offset = 11; offset <= 1010; ++offset) offer(offset);
  const Offset first = 1010 - RoomLog::kRemembered + 1;
  EXPECT_EQ(remembered(first - 1, 9999, 9999, false).size(), RoomLog::kRemembered);
  EXPECT_EQ(log.remembered(first - 2, 9999, 9999, false), std::nullopt);
}

TEST_F(RoomLogTest, FillsItsMemoryBelowWithWhatWasRead) {
  log.remember_older(messages(5, 10));
  EXPECT_THAT(remembered(4, 99, 99, false), ElementsAre(5, 6, 7, 8, 9, 10));
  log.remember_older({message(2), message(4)});
  EXPECT_THAT(remembered(3, 99, 99, false), ElementsAre(4, 5, 6, 7, 8, 9, 10));
  EXPECT_EQ(log.remembered(1, 99, 99, false), std::nullopt);
}

// ---- what any program may publish ----------------------------------------------------------------------------------

TEST_F(RoomLogTest, DropsWhatLiesBeyondTheTopThatWasReadAfterIt) {
  offer(1'000'000);
  EXPECT_TRUE(log.has_hole());
  refill({}, 10);
  EXPECT_FALSE(log.has_hole());
  EXPECT_FALSE(log.is_behind());
  EXPECT_EQ(log.take_trimmed(), std::nullopt);
  EXPECT_THAT(delivered(), IsEmpty());
  offer(11);
  EXPECT_THAT(delivered(), ElementsAre(11));
}

TEST_F(RoomLogTest, KeepsWhatCameWhileTheTopWasBeingRead) {
  offer(1'000'000);
  const auto asked = log.ask();
  offer(13);
  log.refill(asked, 10, {});
  EXPECT_TRUE(log.has_hole());
  EXPECT_THAT(delivered(), IsEmpty());
  refill(messages(11, 12), 13);
  EXPECT_THAT(delivered(), ElementsAre(11, 12, 13));
}

TEST_F(RoomLogTest, TakesTheStoresWordForAHeldOffsetThatIsSaidTwice) {
  log.offer("e1", {12, SharedBytes("{\"forged\":1}")});
  offer(12);
  EXPECT_TRUE(log.is_behind());
  offer(11);
  EXPECT_THAT(delivered(), ElementsAre(11));
  refill(messages(12, 12));
  const auto taken = log.take_deliverable();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].body.view(), "{12}");
  EXPECT_FALSE(log.is_behind());
}

TEST_F(RoomLogTest, HoldsABoundedNumberOfBytes) {
  const std::string big = '{' + std::string(RoomLog::kMostHeldBytes / 4, 'x') + '}';
  for (Offset offset = 12; offset <= 20; ++offset) log.offer("e1", {offset, SharedBytes(big)});
  refill(messages(11, 11), 20);
  EXPECT_EQ(delivered().size(), 1U + 3);
  EXPECT_TRUE(log.is_behind());
}

TEST_F(RoomLogTest, GoesBackToTheTopOfALogThatIsBelowWhatWasDelivered) {
  for (Offset offset = 11; offset <= 15; ++offset) offer(offset);
  delivered();
  const auto standing = reconcile({{"e1", 12}, {}});
  EXPECT_EQ(standing.kind, Standing::Kind::rewound);
  EXPECT_EQ(standing.offset, 12U);
  offer(13);
  EXPECT_THAT(delivered(), ElementsAre(13));
}

TEST_F(RoomLogTest, ComparesATopOnlyWithWhatHadBeenDeliveredWhenItWasAskedFor) {
  const auto asked = log.ask();
  offer(11);
  EXPECT_EQ(log.reconcile(asked, {{"e1", 10}, {}}).kind, Standing::Kind::current);
  EXPECT_EQ(log.last().offset, 11U);
}

TEST_F(RoomLogTest, DoubtsARepetitionThatSaysSomethingElse) {
  log.offer("e1", {11, SharedBytes("{\"forged\":1}")});
  offer(12);
  delivered();
  offer(12);
  offer(9);
  EXPECT_FALSE(log.is_doubtful()) << "the same again, and what was before the start, say nothing new";
  offer(11);
  ASSERT_TRUE(log.is_doubtful());
  const auto asked = log.ask();
  EXPECT_EQ(log.remembered_after(), 10U);
  const auto forged = log.first_forged(asked, messages(11, 12));
  EXPECT_EQ(forged, 11U);
  const auto standing = log.reconcile(asked, {{"e1", 12}, {}}, forged);
  EXPECT_EQ(standing.kind, Standing::Kind::rewound);
  EXPECT_EQ(standing.offset, 10U);
  EXPECT_FALSE(log.is_doubtful());
  EXPECT_TRUE(log.is_behind());
  refill(messages(11, 12));
  EXPECT_THAT(delivered(), ElementsAre(11, 12));
}

TEST_F(RoomLogTest, GoesOnAsItWasWhenTheRepetitionIsTheForgedOne) {
  offer(11);
  delivered();
  log.offer("e1", {11, SharedBytes("{\"forged\":1}")});
  ASSERT_TRUE(log.is_doubtful());
  const auto asked = log.ask();
  EXPECT_EQ(log.first_forged(asked, messages(11, 11)), std::nullopt);
  EXPECT_EQ(log.reconcile(asked, {{"e1", 11}, {}}).kind, Standing::Kind::current);
  EXPECT_FALSE(log.is_doubtful());
  EXPECT_FALSE(log.is_behind());
}

TEST_F(RoomLogTest, GoesBackBelowAGenuineRepetitionWhenMoreWasForgedThanItRemembers) {
  for (Offset offset = 11; offset <= 2 * RoomLog::kRemembered; ++offset) {
    log.offer("e1", {offset, SharedBytes("{\"forged\":1}")});
  }
  delivered();
  offer(11);
  ASSERT_TRUE(log.is_doubtful());
  const auto standing = reconcile({{"e1", 11}, {}});
  EXPECT_EQ(standing.kind, Standing::Kind::rewound);
  EXPECT_EQ(standing.offset, 10U);
}

TEST_F(RoomLogTest, FindsInTheStoreWhatAForgedEpochHasPushedOut) {
  offer(12);
  offer(1, "junk");
  EXPECT_TRUE(log.has_unknown_epoch());
  reconcile({{"e1", 10}, {}});  // read before 11 and 12 were appended
  EXPECT_TRUE(log.is_behind());
  refill(messages(11, 12));
  EXPECT_THAT(delivered(), ElementsAre(11, 12));
}

}  // namespace
}  // namespace chat
