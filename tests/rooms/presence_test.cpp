#include "rooms/presence.hpp"

#include "rooms/room_parts_fixture.hpp"
#include "support/fake_presence_store.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class PresenceTest : public RoomParts {
 protected:
  PresenceTest() {
    store_shards.set(0, true);
    presence.on_available(true);
    presence.load(room, [this](Room&) { ++loaded; });
    store.answer();
  }
  void flush() {
    presence.flush();
    store.answer();
  }
  /// Another node publishes.
  void change(std::vector<User> joined, std::vector<std::string> left, NodeInstance instance = "chat-2.life") {
    presence.on_change(room, encode(PresenceChange{std::move(instance), std::move(joined), std::move(left)}));
  }
  static std::vector<std::string> names(const std::vector<User>& users) {
    std::vector<std::string> found;
    for (const auto& user : users) found.push_back(user.name);
    return found;
  }
  const User ana{"ana", "Ana"}, bo{"bo", "Bo"};
  FakePresenceStore store;
  bool knows_nodes = true;
  int loaded = 0;
  Presence presence{loop, store, store_shards, "chat-1.life", rooms, fan_out, clock, [this] { return knows_nodes; }};
  Room& room = open();
};

TEST_F(PresenceTest, PublishesTheUsersOfOneIntervalTogether) {
  presence.enter(room, ana);
  presence.enter(room, bo);
  flush();
  ASSERT_THAT(store.changes, SizeIs(1));
  EXPECT_EQ(store.changes[0].room, "lobby");
  EXPECT_THAT(names(store.changes[0].change.joined), testing::UnorderedElementsAre("Ana", "Bo"));
}

TEST_F(PresenceTest, PublishesNothingOfAUserWhoCameAndLeftWithinOneInterval) {
  presence.enter(room, ana);
  presence.leave(room, ana);
  flush();
  EXPECT_THAT(store.changes, IsEmpty());
}

TEST_F(PresenceTest, ShowsNoInfoThatIsNoJson) {
  change({{"cy", "Cy", R"({"a":1})"}, {"di", "Di", R"({"a":)"}}, {});
  const auto members = room.attendance.roster.members(2);
  ASSERT_THAT(members, SizeIs(2));
  EXPECT_EQ(members[0].user.info, R"({"a":1})");
  EXPECT_EQ(members[1].user.info, "");
}

TEST_F(PresenceTest, PublishesARefusedChangeAgain) {
  presence.enter(room, ana);
  store.refuses = true;
  flush();
  store.refuses = false;
  flush();
  ASSERT_THAT(store.changes, SizeIs(1));
  presence.retry_refused();
  flush();
  ASSERT_THAT(store.changes, SizeIs(2));
  EXPECT_THAT(names(store.changes[1].change.joined), ElementsAre("Ana"));
}

TEST_F(PresenceTest, PublishesTheLastLeaveOfARoomThatIsClosed) {
  presence.enter(room, ana);
  flush();
  presence.leave(room, ana);
  presence.retire(room);
  rooms.erase(room);
  flush();
  ASSERT_THAT(store.changes, SizeIs(2));
  EXPECT_THAT(store.changes[1].change.left, ElementsAre("ana"));
}

TEST_F(PresenceTest, GivesARoomThatIsOpenedAgainItsUnpublishedChanges) {
  presence.enter(room, ana);
  flush();
  presence.leave(room, ana);
  presence.retire(room);
  rooms.erase(room);
  Room& again = open();
  presence.adopt(again);
  presence.enter(again, ana);
  flush();
  EXPECT_THAT(store.changes.back().change.left, IsEmpty());
}

TEST_F(PresenceTest, TellsMembersOfTheUsersOfOtherNodes) {
  change({bo}, {});
  flush();
  EXPECT_THAT(shards[0].told(), ElementsAre("presence +Bo\n"));
}

TEST_F(PresenceTest, TellsMembersThatAUserHasLeftAfterTheGraceOnlyWhileTheStoreAnswers) {
  change({bo}, {});
  flush();
  change({}, {"bo"});
  store_shards.set(0, false);
  clock.advance(Roster::kGrace);
  flush();
  EXPECT_THAT(shards[0].told(), SizeIs(1));
  store_shards.set(0, true);
  presence.on_available(false);
  flush();
  EXPECT_THAT(shards[0].told().back(), "presence -Bo\n");
}

TEST_F(PresenceTest, DropsTheUsersOfANodeThatDoesNotLive) {
  change({bo}, {});
  flush();
  presence.on_living({"chat-1.life"});
  clock.advance(Roster::kGrace);
  flush();
  EXPECT_EQ(room.attendance.roster.count(), 0U);
}

TEST_F(PresenceTest, DoesNotAnnounceTheUsersThatItFindsWhenARoomIsOpened) {
  store.rows = {{"chat-2.life", bo}};
  Room& den = open("den");
  presence.load(den, [this](Room&) { ++loaded; });
  presence.on_change(den, encode(PresenceChange{"chat-2.life", {{"cy", "Cy"}}, {}}));
  store.answer();
  EXPECT_EQ(loaded, 2);
  EXPECT_EQ(den.attendance.roster.count(), 2U) << "with the change that came during the read";
  flush();
  EXPECT_THAT(shards[0].mail, IsEmpty());
}

TEST_F(PresenceTest, TakesUsersOfNodesThatCouldNotRenewTheirLeases) {
  knows_nodes = false;
  store.dead_rows = {{"chat-2.life", bo}};
  Room& den = open("den");
  presence.load(den, [](Room&) {});
  store.answer();
  EXPECT_EQ(den.attendance.roster.count(), 1U);
  presence.on_living({"chat-1.life"});
  clock.advance(Roster::kGrace);
  flush();
  EXPECT_EQ(den.attendance.roster.count(), 0U) << "chat-2 is dead";
}

TEST_F(PresenceTest, TakesUsersOfAllNodesWhileTheStoreRefusesToTellTheLivingOnes) {
  store.refuses_leases = true;
  store.rows = {{"chat-2.life", bo}};
  Room& den = open("den");
  presence.load(den, [](Room&) {});
  store.answer();
  store.answer();
  EXPECT_EQ(den.attendance.roster.count(), 1U);
}

TEST_F(PresenceTest, ReadsARosterAgainThatCouldNotBeReadOnceTheLivingNodesAreKnown) {
  store.refuses = true;
  presence.load(room, [](Room&) {});
  store.answer();
  store.refuses = false;
  store.rows = {{"chat-2.life", bo}};
  presence.on_living({"chat-1.life", "chat-2.life"});
  store.answer();
  EXPECT_TRUE(room.attendance.roster.contains("bo"));
}

TEST_F(PresenceTest, PublishesAllUsersAgainAfterAResync) {
  presence.enter(room, ana);
  flush();
  presence.resync();
  flush();
  ASSERT_THAT(store.changes, SizeIs(2));
  EXPECT_THAT(names(store.changes[1].change.joined), ElementsAre("Ana"));
}

TEST_F(PresenceTest, IgnoresAChangeThatIsNone) {
  presence.on_change(room, "junk");
  flush();
  EXPECT_THAT(shards[0].mail, IsEmpty());
}

TEST_F(PresenceTest, PublishesTheLastChangesWhenItStops) {
  presence.enter(room, ana);
  presence.stop();
  EXPECT_THAT(store.changes, SizeIs(1));
}

}  // namespace
}  // namespace chat
