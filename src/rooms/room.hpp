#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/backplane/presence_store.hpp"
#include "chat/core/error.hpp"
#include "chat/core/room_settings.hpp"
#include "chat/rooms/own_people.hpp"
#include "chat/rooms/pace.hpp"
#include "chat/rooms/room_log.hpp"
#include "chat/rooms/room_requests.hpp"
#include "chat/rooms/roster.hpp"
#include "chat/rooms/session_ref.hpp"
#include "rooms/audience.hpp"

namespace chat {

/// A room with members on this node. The nested structs are the state that one part of the room service keeps in each
/// room; no other part writes it. Thread: the loop of the rooms. Owner: RoomTable.
struct Room {
  Room(const std::string& key, std::uint64_t number, std::size_t shards)
      : name(key), serial(number), audience(shards) {}
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  const std::string& name;  // the key in the table
  std::uint64_t serial;     // tells this room from an earlier one of the same name
  RoomLog log;
  Audience audience;
  RoomSettings settings;     // as the last join had them
  bool is_begun = false;     // its first message is being stored
  bool is_occupied = false;  // a session has been let in

  /// RoomOpener's.
  struct Opening {
    enum class Phase : std::uint8_t { closed, opening, open };
    struct Request {
      std::optional<SessionRef> session;  // its leave cancels the request
      Completion<Room*> done;
    };
    Phase phase = Phase::closed;    // open: subscribed, and both log and roster are loaded
    std::vector<Request> requests;  // wait until the room is open
  } opening;
  /// busiest_rooms()'s: the log at its last look.
  std::optional<Position> looked_at;
  bool is_open() const { return opening.phase == Opening::Phase::open; }

  /// Joins'.
  struct Admissions {
    struct Pending {
      SessionRef session;  // its leave cancels the join
      std::shared_ptr<Completion<JoinAnswer>> done;
    };
    std::vector<Pending> pending;    // joins that wait for the store
    std::vector<std::string> seats;  // of a room with max_members: users let in here whom the roster does not have yet
  } admissions;

  /// FanOut's.
  struct Delivery {
    Pace pace;
    bool is_touched = false;
  } delivery;

  /// Repair's.
  struct Checks {
    using Known = std::function<void(Room&, const Result<LogState>&)>;
    bool is_reading = false;     // a read of the store is under way
    std::vector<Known> waiting;  // joins that ask for the store's state, until a read under way has ended
    using CaughtUp = std::function<void(Room&, const Result<bool>&)>;
    std::vector<CaughtUp> behind;  // joins with a cursor ahead of this node, until it has read what it misses
    Offset seen_ahead = 0;         // the store's top, when it was ahead of ours at the last check
  } checks;

  /// Presence's.
  struct Attendance {
    Roster roster;
    OwnPeople own;
    std::vector<PresenceChange> early;  // changes that came before the roster was loaded
    bool is_loaded = false;
    bool is_known = false;  // the store has been read once; else the roster has only users of this node
    bool is_touched = false;
    bool is_withheld = false;  // its members are told at the next flush, see Presence::tell_members()
  } attendance;
};

}  // namespace chat
