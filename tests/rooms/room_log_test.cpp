#include "chat/core/trace_mark.hpp"
#include "rooms/room_log_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(RoomLogTest, DeliversWhatFollows) {
  offer(11);
  offer(12);
  EXPECT_THAT(delivered(), ElementsAre(11, 12));
  EXPECT_THAT(delivered(), IsEmpty());
  EXPECT_EQ(log.last(), (Position{"e1", 12}));
}

TEST_F(RoomLogTest, KnowsWhetherAMessageOfTheNextBatchIsTraced) {
  Draft draft{{"p1", "Ana"}, {Content::Kind::text, "hi"}, 1'795'262'400'123, "chat-1", "p1", 7};
  draft.trace = new_traceparent();
  offer(11);
  EXPECT_FALSE(log.has_traced());
  log.offer("e1", {12, SharedBytes(encode_body(draft))});
  offer(13);
  EXPECT_TRUE(log.has_traced());
  EXPECT_TRUE(log.take_traced());
  EXPECT_FALSE(log.has_traced());
}

TEST_F(RoomLogTest, DropsWhatItHasHadAlready) {
  offer(11);
  offer(11);
  offer(10);
  offer(3);
  EXPECT_THAT(delivered(), ElementsAre(11));
  EXPECT_FALSE(log.has_gap());
}

TEST_F(RoomLogTest, HoldsWhatLeavesAHoleUntilItIsRefilled) {
  offer(13);
  offer(12);
  EXPECT_TRUE(log.has_gap());
  EXPECT_THAT(delivered(), IsEmpty());
  refill(messages(11, 12), 13);
  EXPECT_THAT(delivered(), ElementsAre(11, 12, 13));
  EXPECT_FALSE(log.has_gap());
  EXPECT_FALSE(log.is_behind());
}

TEST_F(RoomLogTest, DeliversAMessageThatCameAheadOnlyWhenTheStoreHasIt) {
  offer(12);
  offer(11);
  EXPECT_THAT(delivered(), ElementsAre(11));
  EXPECT_TRUE(log.has_gap());
  refill({}, 12);
  EXPECT_THAT(delivered(), ElementsAre(12));
  EXPECT_EQ(log.take_trimmed(), std::nullopt);
  EXPECT_FALSE(log.has_gap());
}

TEST_F(RoomLogTest, PrefersTheLiveStreamToAMessageThatCameAhead) {
  log.offer("e1", {12, SharedBytes("{\"ahead\":1}")});
  for (const Offset offset : {11, 12, 13}) offer(offset);
  const auto taken = log.take_deliverable();
  ASSERT_EQ(taken.size(), 3U);
  EXPECT_EQ(taken[1].body.view(), "{12}");
  EXPECT_FALSE(log.has_gap());
  EXPECT_TRUE(log.is_doubtful()) << "one of the two is forged";
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
  constexpr Offset kFar = 12 + 3 * EarlyMessages::kMax;
  for (Offset offset = 12; offset <= kFar; ++offset) offer(offset);
  refill(messages(11, 11), kFar);
  EXPECT_EQ(delivered().size(), 1 + EarlyMessages::kMax);
  EXPECT_TRUE(log.is_behind());
  while (log.is_behind()) refill(messages(log.last().offset + 1, std::min(kFar, log.last().offset + 200)), kFar);
  EXPECT_EQ(log.last().offset, kFar);
}

TEST_F(RoomLogTest, HoldsAnotherEpochUntilTheStoreHasSaidHowTheyJoin) {
  offer(11, "e2");
  EXPECT_TRUE(log.has_unknown_epoch());
  EXPECT_FALSE(log.has_gap());
  EXPECT_THAT(delivered(), IsEmpty());
  const auto check = reconcile({{"e2", 11}, {{"e1", 10}}});
  EXPECT_EQ(check.kind, ResumeCheck::Kind::current);
  EXPECT_THAT(delivered(), ElementsAre(11));
  EXPECT_EQ(log.last(), (Position{"e2", 11}));
  EXPECT_FALSE(log.has_unknown_epoch());
}

TEST_F(RoomLogTest, GoesBackToWhatSurvivedOfALogThatLostItsTail) {
  for (Offset offset = 11; offset <= 15; ++offset) offer(offset);
  delivered();
  offer(13, "e2");
  const auto check = reconcile({{"e2", 13}, {{"e1", 12}}});
  EXPECT_EQ(check.kind, ResumeCheck::Kind::rewound);
  EXPECT_EQ(check.offset, 12U);
  EXPECT_THAT(delivered(), ElementsAre(13));
  EXPECT_THAT(remembered(10, 99, 99, false), ElementsAre(11, 12, 13));
}

TEST_F(RoomLogTest, StartsAgainOnALogThatNothingConnectsToItsOwn) {
  offer(11);
  delivered();
  offer(2, "e9");
  const auto check = reconcile({{"e9", 2}, {}});
  EXPECT_EQ(check.kind, ResumeCheck::Kind::unknown);
  EXPECT_EQ(log.last(), (Position{"e9", 2}));
  EXPECT_THAT(delivered(), IsEmpty());
  EXPECT_EQ(log.recent().page(0, 99, 99, false), std::nullopt);
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
  EXPECT_EQ(reconcile({{"e1", 14}, {}}).kind, ResumeCheck::Kind::current);
  EXPECT_TRUE(log.is_behind());
  refill(messages(11, 14));
  EXPECT_FALSE(log.is_behind());
  EXPECT_THAT(delivered(), ElementsAre(11, 12, 13, 14));
}

TEST_F(RoomLogTest, GoesOnAboveTheTopOfALogThatWasTrimmedWhole) {
  log.refill(log.ask(), 14, {});
  EXPECT_EQ(log.take_trimmed(), 15U);
  EXPECT_EQ(log.last().offset, 14U);
  EXPECT_FALSE(log.is_behind());
  offer(15);
  EXPECT_THAT(delivered(), ElementsAre(15));
}

/// The node has delivered less than the store has: that takes nothing from a client that has read more elsewhere.
TEST(RoomLogState, IsThatOfTheStoreBetweenAChangeOfEpochAndTheRefill) {
  RoomLog log;
  log.start({{"old", 1}, {}});
  log.reconcile(log.ask(), {{"new", 5}, {{"old", 5}}});
  EXPECT_EQ(log.last().offset, 1U);
  const auto check = compare({"old", 4}, log.state());
  EXPECT_EQ(check.kind, ResumeCheck::Kind::current);
  EXPECT_EQ(check.offset, 4U);
}

}  // namespace
}  // namespace chat
