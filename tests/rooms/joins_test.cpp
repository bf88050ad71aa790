#include "rooms/joins.hpp"

#include "rooms/room_parts_fixture.hpp"

namespace chat {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class JoinsTest : public RoomParts {
 protected:
  Result<JoinAnswer> join(Room& room, std::optional<Position> cursor = {}, std::uint32_t history = 2) {
    return await<JoinAnswer>(loop, [&](auto done) {
      joins.join(room, {on_shard(0), {room.name, std::move(cursor), history}, {"ana", "Ana"}}, done);
    });
  }
  Result<ReplayPage> replay(Offset after) {
    return await<ReplayPage>(loop, [&](auto done) { joins.continue_replay({on_shard(0), "lobby", after}, done); });
  }
  static std::vector<Offset> offsets(const std::vector<Message>& messages) {
    std::vector<Offset> found;
    for (const auto& message : messages) found.push_back(message.offset);
    return found;
  }
  Repair repair{backplane, store_shards, rooms, fan_out};
  LogReader reader{backplane, rooms, fan_out, repair, clock};
  Joins joins{rooms, reader, repair};
};

TEST_F(JoinsTest, LetsNoMorePeopleInAtOnceThanTheRoomTakes) {
  Room& room = open();
  room.settings.max_members = 2;
  const auto enter = [&](const std::string& id) {
    return await<JoinAnswer>(loop,
                             [&](auto done) { joins.join(room, {on_shard(0), {room.name, {}, 0}, {id, id}}, done); });
  };
  EXPECT_TRUE(enter("ana"));
  EXPECT_TRUE(enter("bo"));
  EXPECT_TRUE(enter("ana")) << "another tab";
  EXPECT_EQ(enter("cy").error().code, ErrorCode::forbidden);
  Joins::leave(room, on_shard(0), {"bo", "bo"});
  EXPECT_TRUE(enter("cy"));
}

TEST_F(JoinsTest, AnswersAJoinOnceWhoseSessionLeavesBeforeItIsDone) {
  Room& room = open();
  Outcome<JoinAnswer> outcome;
  joins.join(room, {on_shard(0), {room.name, Position{"unknown", 3}, 2}, {"ana", "Ana"}}, outcome.completion());
  EXPECT_FALSE(outcome.is_there());
  Joins::leave(room, on_shard(0), {"ana", "Ana"});
  ASSERT_TRUE(outcome.is_there());
  EXPECT_EQ(outcome->error().code, ErrorCode::not_joined);
  settle(loop);
  EXPECT_EQ(outcome.times(), 1);
}

TEST_F(JoinsTest, GivesTheNewestMessagesToAClientWithoutACursor) {
  append(5);
  const auto answer = join(open());
  ASSERT_TRUE(answer);
  EXPECT_THAT(offsets(answer->joined.messages), testing::ElementsAre(4, 5));
  EXPECT_FALSE(answer->joined.recovered);
  EXPECT_FALSE(answer->more);
  EXPECT_EQ(answer->joined.members, 1U);
  EXPECT_THAT(answer->before, IsEmpty());
}

TEST_F(JoinsTest, GivesTheMessagesAfterACursor) {
  append(5);
  const auto answer = join(open(), Position{epoch_of("lobby"), 2});
  ASSERT_TRUE(answer);
  EXPECT_THAT(offsets(answer->joined.messages), testing::ElementsAre(3, 4, 5));
  EXPECT_TRUE(answer->joined.recovered);
}

TEST_F(JoinsTest, PublishesWhatIsDeliverableBeforeItAnswers) {
  Room& room = open();
  append(1);
  deliver(room, 1, 1);
  const auto answer = join(room);
  EXPECT_THAT(shards[0].told(), testing::ElementsAre("1\n"));
  EXPECT_EQ(answer->joined.position.offset, 1U);
}

TEST_F(JoinsTest, ReplaysALongAbsenceInPages) {
  append(250);
  auto answer = join(open(), Position{epoch_of("lobby"), 0});
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->joined.messages, SizeIs(100));
  EXPECT_TRUE(answer->more);
  const auto second = replay(100);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->end, 200U);
  EXPECT_FALSE(second->last);
  const auto third = replay(200);
  EXPECT_EQ(third->end, 250U);
  EXPECT_TRUE(third->last);
  EXPECT_FALSE(third->reset);
  EXPECT_TRUE(third->frames.view().starts_with("201\n"));
}

TEST_F(JoinsTest, SaysThatTheReplayMeetsATrimmedLog) {
  append(1300);  // of which 1000 are kept
  open();
  const auto page = replay(100);
  ASSERT_TRUE(page && page->reset);
  EXPECT_EQ(page->reset->reason, "trimmed");
}

TEST_F(JoinsTest, BeginsAnewWhereTheStoreDoesNotKnowTheCursor) {
  append(3);
  const auto answer = join(open(), Position{"another", 2});
  ASSERT_TRUE(answer);
  ASSERT_THAT(answer->before, SizeIs(1));
  EXPECT_EQ(std::get<Reset>(answer->before[0]).reason, "wiped");
  EXPECT_FALSE(answer->joined.recovered);
}

/// The store was away, and other nodes went on in a new epoch. This node reads the log when a client comes with it.
TEST_F(JoinsTest, WaitsForAReadUnderWayBeforeItSaysThatACursorMeansNothing) {
  append(3);
  Room& room = open();
  store_shards.set(0, true);
  backends.hold_states = true;
  repair.on_available(0);  // reads the log in its old epoch, and the answer takes long
  settle(loop);
  backends.hold_states = false;
  backends.next_life = LogState{{"next", 3}, {{room.log.last().epoch, 3}}};
  Outcome<JoinAnswer> outcome;
  joins.join(room, {on_shard(0), {room.name, Position{"next", 2}, 2}, {"ana", "Ana"}}, outcome.completion());
  settle(loop);
  backends.release();
  settle(loop);
  ASSERT_TRUE(outcome.is_there() && *outcome);
  EXPECT_THAT((*outcome)->before, IsEmpty());
  EXPECT_TRUE((*outcome)->joined.recovered);
  EXPECT_EQ((*outcome)->joined.position.epoch, "next");
}

TEST_F(JoinsTest, WaitsForNoMoreThanOneReadOfALongRefill) {
  Room& room = open();
  store_shards.set(0, true);
  append(900);
  deliver(room, 900, 900);
  repair.repair(room);
  Offset last = 0;
  joins.join(room, {on_shard(0), {room.name, Position{"another", 2}, 2}, {"ana", "Ana"}},
             [&](const Result<JoinAnswer>&) { last = room.log.last().offset; });
  settle(loop);
  EXPECT_GT(last, 0U);
  EXPECT_LT(last, 900U);
  EXPECT_EQ(room.log.last().offset, 900U);
}

/// It has read the messages through another node. Let in at once, it would get them again when they come here.
TEST_F(JoinsTest, WaitsForTheMessagesUpToACursorThatIsAheadOfThisNode) {
  Room& room = open();
  store_shards.set(0, true);
  append(3);
  const auto answer = join(room, Position{epoch_of("lobby"), 2});
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->before, IsEmpty());
  EXPECT_TRUE(answer->joined.recovered);
  EXPECT_EQ(shards[0].told().back(), "1\n2\n3\n");
  EXPECT_EQ(answer->joined.position.offset, 3U);
  EXPECT_THAT(offsets(answer->joined.messages), testing::ElementsAre(3U));
}

TEST_F(JoinsTest, RefusesACursorAheadOfThisNodeWhileTheStoreCannotBeRead) {
  Room& room = open();
  store_shards.set(0, true);
  append(3);
  backends.fail_reads = true;
  const auto answer = join(room, Position{epoch_of("lobby"), 2});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST_F(JoinsTest, SendsACursorAheadOfTheStoreBackToItsTop) {
  append(3);
  const auto answer = join(open(), Position{epoch_of("lobby"), 9});
  ASSERT_TRUE(answer);
  ASSERT_THAT(answer->before, SizeIs(1));
  EXPECT_EQ(std::get<Rewound>(answer->before[0]).top.offset, 3U);
}

TEST_F(JoinsTest, RefusesAJoinWhenTheStoreCannotBeAsked) {
  Room& room = open();
  backends.fail_states = true;
  const auto answer = join(room, Position{"another", 2});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST_F(JoinsTest, KeepsAReplayUntilTheStoreCanBeReadAgain) {
  append(300);
  open();
  backends.fail_reads = true;
  Outcome<ReplayPage> page;
  joins.continue_replay({on_shard(0), "lobby", 10}, page.completion());
  settle(loop);
  EXPECT_FALSE(page.is_there());
  backends.fail_reads = false;
  joins.continue_stalled();
  settle(loop);
  ASSERT_TRUE(page.is_there() && *page);
  EXPECT_EQ((*page)->end, 110U);
}

TEST_F(JoinsTest, RefusesTheReplayOfARoomWithoutMembers) { EXPECT_EQ(replay(1).error().code, ErrorCode::not_joined); }

}  // namespace
}  // namespace chat
