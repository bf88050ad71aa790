#include "rooms/room_opener.hpp"

#include <utility>

namespace chat {

using Phase = Room::Opening::Phase;

void RoomOpener::open(Room& room, Caller caller, Completion<Room*> done) {
  if (room.is_open()) return done(&room);
  room.opening.requests.push_back({std::move(caller), std::move(done)});
  if (room.opening.phase == Phase::closed) subscribe(room);
}

void RoomOpener::when_open(Room* room, Caller caller, Completion<Room*> done) {
  if (room == nullptr) return done(Failure{ErrorCode::not_joined, "join the room first"});
  if (room->opening.phase == Phase::closed) return done(Failure{ErrorCode::unavailable, "the join was refused"});
  open(*room, std::move(caller), std::move(done));
}

/// Subscribes before it reads: messages that are published in between arrive and follow those that were read.
void RoomOpener::subscribe(Room& room) {
  room.opening.phase = Phase::opening;
  backplane_.subscribe(room.name, rooms_.for_room<LogState>(room, [this](Room& r, const Result<LogState>& state) {
    if (!state) return fail(r, state.error());
    r.log.start(*state);
    load_(r, [this](Room& loaded) { on_loaded(loaded); });
  }));
}

void RoomOpener::on_loaded(Room& room) {
  room.opening.phase = Phase::open;
  on_open_(room);
  for (auto& request : std::exchange(room.opening.requests, {})) request.done(&room);
}

/// The sessions that are refused leave, which closes the room; a join that comes before that opens it again.
void RoomOpener::fail(Room& room, const Failure& failure) {
  room.opening.phase = Phase::closed;
  for (auto& request : std::exchange(room.opening.requests, {})) request.done(failure);
}

void RoomOpener::cancel(Room& room, const SessionRef& session) {
  std::erase_if(room.opening.requests, [&](const Room::Opening::Request& request) {
    if (request.session != session) return false;
    request.done(Failure{ErrorCode::not_joined, "the room was left before the join was done"});
    return true;
  });
}

void RoomOpener::close(Room& room) {
  backplane_.unsubscribe(room.name);
  rooms_.erase(room);
}

}  // namespace chat
