#pragma once

#include <functional>
#include <optional>

#include "chat/backplane/backplane.hpp"
#include "chat/rooms/session_ref.hpp"
#include "rooms/room_table.hpp"

namespace chat {

/// Opens a room: subscribes to it, takes the state of its log, and has its roster loaded. Requests wait until the room
/// is open, and fail together if it cannot be opened. The first join after that tries again.
/// Thread: the loop of the rooms. Owner: RoomService.
/// Errors of a request: those of Backplane::subscribe(); not_joined (the room has no member on this node, or the
/// session left while the request waited); unavailable (the room could not be opened). Bound: the requests of the
/// sessions of the room may ask before a join is answered.
class RoomOpener {
 public:
  /// Calls `then` when the room's roster is loaded.
  using Load = std::function<void(Room& room, std::function<void(Room&)> then)>;
  using OnOpen = std::function<void(Room& room)>;
  /// The session that asks, if any: its leave cancels the request.
  using Caller = std::optional<SessionRef>;

  RoomOpener(Backplane& backplane, RoomTable& rooms, Load load, OnOpen on_open)
      : backplane_(backplane), rooms_(rooms), load_(std::move(load)), on_open_(std::move(on_open)) {}

  /// Calls `done` when the room is open, perhaps before it returns; opens a closed room.
  void open(Room& room, Caller caller, Completion<Room*> done);
  /// The same, but refuses if the room is closed or null.
  void when_open(Room* room, Caller caller, Completion<Room*> done);
  /// Fails the requests of this session that wait.
  void cancel(Room& room, const SessionRef& session);
  /// Unsubscribes and erases the room.
  void close(Room& room);

 private:
  void subscribe(Room& room);
  void on_loaded(Room& room);
  void fail(Room& room, const Failure& failure);

  Backplane& backplane_;
  RoomTable& rooms_;
  Load load_;
  OnOpen on_open_;
};

}  // namespace chat
