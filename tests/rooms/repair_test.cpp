#include "rooms/repair.hpp"

#include "rooms/room_parts_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RepairTest : public RoomParts {
 protected:
  RepairTest() { append(1); }
  void check_all_rooms() {
    for (std::size_t i = 0; i < Repair::kRounds; ++i) repair.check_rooms();
    settle(loop);
  }
  void store_answers() {
    store_shards.set(0, true);
    repair.on_available(0);
  }
  Repair repair{backplane, store_shards, rooms, fan_out};
};

TEST_F(RepairTest, RefillsAGapFromTheStore) {
  Room& room = open();
  store_answers();
  append(3);
  deliver(room, 4, 4);
  repair.repair(room);
  settle(loop);
  EXPECT_THAT(shards[0].told(), ElementsAre("2\n3\n4\n"));
}

TEST_F(RepairTest, ReadsNothingWhileTheStoreIsAway) {
  Room& room = open();
  append(2);
  deliver(room, 3, 3);
  repair.repair(room);
  settle(loop);
  EXPECT_EQ(backends.history_reads, 0U);
  EXPECT_THAT(shards[0].mail, IsEmpty());
}

TEST_F(RepairTest, ReadsMissedMessagesWhenTheStoreAnswersAgain) {
  open();
  append(2);
  store_answers();
  settle(loop);
  EXPECT_THAT(shards[0].told(), ElementsAre("2\n3\n"));
}

TEST_F(RepairTest, FindsAMissingLastMessageAtTheSecondCheck) {
  open();
  store_answers();
  settle(loop);
  append(1);
  check_all_rooms();
  EXPECT_THAT(shards[0].mail, IsEmpty());
  check_all_rooms();
  EXPECT_THAT(shards[0].told(), ElementsAre("2\n"));
}

TEST_F(RepairTest, TellsMembersThatTheLogWasWiped) {
  open();
  backends.next_life = LogState{{"next", 0}, {}};
  store_answers();
  settle(loop);
  EXPECT_THAT(shards[0].told(), ElementsAre("reset wiped\n"));
}

TEST_F(RepairTest, TakesBackAForgedMessage) {
  Room& room = open();
  store_answers();
  settle(loop);
  const Epoch epoch = epoch_of("lobby");
  room.log.offer(epoch, {2, SharedBytes(R"({"text":"forged"})")});
  fan_out.publish(room);
  append(1);
  deliver(room, 2, 2);
  repair.repair(room);
  settle(loop);
  EXPECT_THAT(shards[0].told(), ElementsAre("2\n", "rewound 1\n", "2\n"));
}

TEST_F(RepairTest, LeavesARoomAloneThatWasClosedDuringTheRead) {
  Room& room = open();
  append(1);
  store_answers();
  rooms.erase(room);
  settle(loop);
  EXPECT_THAT(shards[0].mail, IsEmpty());
}

}  // namespace
}  // namespace chat
