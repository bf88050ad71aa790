#pragma once

#include <cstddef>
#include <limits>
#include <optional>

#include "chat/backplane/backplane.hpp"
#include "chat/rooms/room_log.hpp"
#include "rooms/fan_out.hpp"
#include "rooms/room_table.hpp"
#include "rooms/store_shards.hpp"

namespace chat {

/// No message is above it.
constexpr Offset kEnd = std::numeric_limits<Offset>::max();

/// Reads from the store the messages that a room's log misses: it refills gaps, follows the log into another epoch, and
/// takes back forged messages. One read of a room at a time. A read that fails is repeated when the store answers
/// again. The newest message before a silence may be missing without a visible gap. Therefore each room is compared
/// with the store every kRounds calls of check_rooms(). Thread: the loop of the rooms. Owner: RoomService.
class Repair {
 public:
  static constexpr std::size_t kRounds = 10;

  Repair(Backplane& backplane, const StoreShards& shards, RoomTable& rooms, FanOut& fan_out)
      : backplane_(backplane), shards_(shards), rooms_(rooms), fan_out_(fan_out) {}

  /// A shard of the store answers again: compares every open room with it.
  void on_available(StoreShard shard);

  /// Starts the read that the room's log needs, if any.
  void repair(Room& room);
  /// Compares the room with the state of its log in the store, unless a read is under way.
  void compare_soon(Room& room);
  /// Asks the store for the state of the log, after a read that is under way, and follows it into another epoch.
  /// Errors: those of Backplane.
  void ask(Room& room, Room::Checks::Known done);
  /// Reads the messages up to `top`, which the store has. Errors: those of Backplane.
  void catch_up(Room& room, Offset top, Room::Checks::CaughtUp done);
  /// Once a second: compares the top of every tenth room.
  void check_rooms();

 private:
  template <class Value, class Action>
  Completion<Value> reading(Room& room, Action action);
  void answer_waiting(Room& room);
  void answer_behind(Room& room, const Result<bool>& outcome);
  void follow(Room& room, const RoomLog::Asked& asked, const LogState& state, std::optional<Offset> forged = {});
  void refill(Room& room);
  void refill(Room& room, const RoomLog::Asked& asked, Offset top);
  void reconcile(Room& room);
  void reconcile(Room& room, const RoomLog::Asked& asked, std::optional<Offset> forged);
  void audit(Room& room);
  void check(Room& room);

  Backplane& backplane_;
  const StoreShards& shards_;
  RoomTable& rooms_;
  FanOut& fan_out_;
  std::size_t round_ = 0;
};

}  // namespace chat
