#include "rooms/room_log_fixture.hpp"

// Publications that any program with access to Redis may make.
namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(RoomLogTest, DropsWhatLiesBeyondTheTopThatWasReadAfterIt) {
  offer(1'000'000);
  EXPECT_TRUE(log.has_gap());
  refill({}, 10);
  EXPECT_FALSE(log.has_gap());
  EXPECT_FALSE(log.is_behind());
  EXPECT_EQ(log.take_trimmed(), std::nullopt);
  EXPECT_THAT(delivered(), IsEmpty());
  offer(11);
  EXPECT_THAT(delivered(), ElementsAre(11));
}

TEST_F(RoomLogTest, DropsWhatLiesBeyondTheTopAlsoIfTheGenuineMessageComesBeforeTheAnswer) {
  log.offer("e1", {12, SharedBytes("{\"forged\":1}")});
  const auto asked = log.ask();
  offer(11);
  log.refill(asked, 11, {});
  EXPECT_THAT(delivered(), ElementsAre(11));
  EXPECT_FALSE(log.has_gap());
}

TEST_F(RoomLogTest, KeepsWhatCameWhileTheTopWasBeingRead) {
  offer(1'000'000);
  const auto asked = log.ask();
  offer(13);
  log.refill(asked, 10, {});
  EXPECT_TRUE(log.has_gap());
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
  const std::string big = '{' + std::string(EarlyMessages::kMaxBytes / 4, 'x') + '}';
  for (Offset offset = 12; offset <= 20; ++offset) log.offer("e1", {offset, SharedBytes(big)});
  refill(messages(11, 11), 20);
  EXPECT_EQ(delivered().size(), 1U + 3);
  EXPECT_TRUE(log.is_behind());
}

TEST_F(RoomLogTest, GoesBackToTheTopOfALogThatIsBelowWhatWasDelivered) {
  for (Offset offset = 11; offset <= 15; ++offset) offer(offset);
  delivered();
  const auto check = reconcile({{"e1", 12}, {}});
  EXPECT_EQ(check.kind, ResumeCheck::Kind::rewound);
  EXPECT_EQ(check.offset, 12U);
  offer(13);
  EXPECT_THAT(delivered(), ElementsAre(13));
}

TEST_F(RoomLogTest, ComparesATopOnlyWithWhatHadBeenDeliveredWhenItWasAskedFor) {
  const auto asked = log.ask();
  offer(11);
  EXPECT_EQ(log.reconcile(asked, {{"e1", 10}, {}}).kind, ResumeCheck::Kind::current);
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
  EXPECT_EQ(log.recent().before_oldest(), 10U);
  const auto forged = log.recent().first_difference(messages(11, 12), asked.delivered.offset);
  EXPECT_EQ(forged, 11U);
  const auto check = log.reconcile(asked, {{"e1", 12}, {}}, forged);
  EXPECT_EQ(check.kind, ResumeCheck::Kind::rewound);
  EXPECT_EQ(check.offset, 10U);
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
  EXPECT_EQ(log.recent().first_difference(messages(11, 11), asked.delivered.offset), std::nullopt);
  EXPECT_EQ(log.reconcile(asked, {{"e1", 11}, {}}).kind, ResumeCheck::Kind::current);
  EXPECT_FALSE(log.is_doubtful());
  EXPECT_FALSE(log.is_behind());
}

TEST_F(RoomLogTest, GoesBackBelowAGenuineRepetitionWhenMoreWasForgedThanItRemembers) {
  for (Offset offset = 11; offset <= 2 * RecentMessages::kMax; ++offset) {
    log.offer("e1", {offset, SharedBytes("{\"forged\":1}")});
  }
  delivered();
  offer(11);
  ASSERT_TRUE(log.is_doubtful());
  const auto check = reconcile({{"e1", 11}, {}});
  EXPECT_EQ(check.kind, ResumeCheck::Kind::rewound);
  EXPECT_EQ(check.offset, 10U);
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

TEST_F(RoomLogTest, DropsWhatLiesBeyondTheTopOfANewEpochToo) {
  offer(11, "e2");
  reconcile({{"e2", 10}, {{"e1", 10}}});
  EXPECT_THAT(delivered(), IsEmpty());
  offer(11, "e2");
  EXPECT_THAT(delivered(), ElementsAre(11));
}

}  // namespace
}  // namespace chat
