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
  std::vector<std::string> wiped;
  Repair repair{backplane, rooms, fan_out,
                [this](const Room& room, const Epoch& epoch) { wiped.push_back(room.name + ' ' + epoch); }};
};

TEST_F(RepairTest, RefillsAGapFromTheStore) {
  Room& room = open();
  repair.on_available();
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
  repair.on_available();
  settle(loop);
  EXPECT_THAT(shards[0].told(), ElementsAre("2\n3\n"));
}

TEST_F(RepairTest, FindsAMissingLastMessageAtTheSecondCheck) {
  open();
  repair.on_available();
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
  repair.on_available();
  settle(loop);
  EXPECT_THAT(shards[0].told(), ElementsAre("reset wiped\n"));
  EXPECT_THAT(wiped, ElementsAre("lobby next"));
}

TEST_F(RepairTest, TakesBackAForgedMessage) {
  Room& room = open();
  repair.on_available();
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
  repair.on_available();
  rooms.erase(room);
  settle(loop);
  EXPECT_THAT(shards[0].mail, IsEmpty());
}

}  // namespace
}  // namespace chat
