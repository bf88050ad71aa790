#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "chat/base/hash.hpp"
#include "chat/codec/format.hpp"
#include "chat/rooms/hub.hpp"
#include "chat/rooms/mail.hpp"
#include "chat/rooms/own_people.hpp"
#include "chat/rooms/pace.hpp"
#include "chat/rooms/room_log.hpp"
#include "chat/rooms/roster.hpp"

namespace chat {

/// What the hub knows of one room with members on this node.
struct HubRoom {
  HubRoom(const std::string& key, std::uint64_t number) : name(key), serial(number) {}

  const std::string& name;  // the key it stands under
  std::uint64_t serial;     // tells this stay in the room from an earlier one
  RoomLog log;
  Roster roster;
  bool presence_loaded = false;
  using Request = std::variant<to_hub::Join, to_hub::ReadHistory, to_hub::ListMembers>;
  /// What has to wait: requests until the room is open, changes until the roster is loaded.
  struct Waiting {
    std::vector<Request> requests;
    std::vector<PresenceChange> changes;
  };
  std::unique_ptr<Waiting> waiting;
  Waiting& queue() {
    if (!waiting) waiting = std::make_unique<Waiting>();
    return *waiting;
  }
  /// Takes one of the two, and the memory back when there is nothing left.
  template <class Item>
  std::vector<Item> take(std::vector<Item> Waiting::* which) {
    if (!waiting) return {};
    auto taken = std::exchange((*waiting).*which, {});
    if (waiting->requests.empty() && waiting->changes.empty()) waiting.reset();
    return taken;
  }
  std::vector<std::uint32_t> members;   // sessions, by shard; those that wait too
  PerFormat<std::uint32_t> speakers{};  // the same, by format: nothing is encoded for nobody
  enum class Phase : std::uint8_t { closed, opening, open };
  Phase phase = Phase::closed;  // open: subscribed, and both log and roster stand
  bool is_open() const { return phase == Phase::open; }
  bool touched = false;
  bool is_begun = false;  // its first message is on its way
  Pace pace;
  Offset seen_ahead = 0;   // the store's top, when it was ahead of ours at the last check
  bool repairing = false;  // a read of the store is under way

  OwnPeople people;
  bool presence_touched = false;
  bool presence_withheld = false;  // its members wait for the next time, see Hub::tell_presence()

  /// What `encode` makes of each format that somebody here understands.
  template <class Encode>
  PerFormat<SharedBytes> in_each_format(Encode encode) const {
    PerFormat<SharedBytes> frames;
    for (std::size_t i = 0; i < speakers.size(); ++i) {
      if (speakers[i] > 0) frames[i] = encode(Format(i));
    }
    return frames;
  }
  std::uint32_t member_count() const {
    std::uint32_t count = 0;
    for (const auto on_shard : members) count += on_shard;
    return count;
  }
};

template <class Value, class Action>
Completion<Value> Hub::for_room(const HubRoom& room, Action action) {
  return [this, name = room.name, serial = room.serial, action = std::move(action)](Result<Value> result) {
    HubRoom* found = find(name);
    if (found != nullptr && found->serial == serial) action(*found, result);
  };
}

}  // namespace chat
