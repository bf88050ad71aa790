#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "chat/base/hash.hpp"
#include "chat/core/error.hpp"
#include "rooms/room.hpp"

namespace chat {

/// The rooms with members on this node, by name. Pure state; thread: the loop of the rooms. Owner: RoomService.
class RoomTable {
 public:
  Room* find(std::string_view name) {
    const auto place = rooms_.find(name);
    return place == rooms_.end() ? nullptr : place->second.get();
  }
  /// Adds the room if it is missing; `second` is then true.
  std::pair<Room&, bool> enter(const std::string& name, std::size_t shards) {
    const auto [place, is_new] = rooms_.try_emplace(name);
    if (is_new) place->second = std::make_unique<Room>(place->first, next_serial_++, shards);
    return {*place->second, is_new};
  }
  void erase(Room& room) { rooms_.erase(rooms_.find(room.name)); }
  std::size_t size() const { return rooms_.size(); }

  /// `action` may not add or erase rooms.
  template <class Action>
  void for_each(Action action) {
    for (auto& [name, room] : rooms_) action(*room);
  }
  template <class Action>
  void for_each_open(Action action) {
    for_each([&action](Room& room) {
      if (room.is_open()) action(room);
    });
  }
  /// Visits slice `index` of `count` slices of the table.
  template <class Action>
  void for_each_in_slice(std::size_t index, std::size_t count, Action action) {
    const std::size_t buckets = rooms_.bucket_count();
    for (std::size_t bucket = buckets * index / count; bucket < buckets * (index + 1) / count; ++bucket) {
      for (auto place = rooms_.begin(bucket); place != rooms_.end(bucket); ++place) action(*place->second);
    }
  }

  /// Wraps a completion so that `action(Room&, Result<Value>&)` runs only if the room is still in the table.
  template <class Value, class Action>
  Completion<Value> for_room(const Room& room, Action action) {
    return [this, name = room.name, serial = room.serial, action = std::move(action)](Result<Value> result) mutable {
      Room* const found = find(name);
      if (found != nullptr && found->serial == serial) action(*found, result);
    };
  }

 private:
  TextMap<std::unique_ptr<Room>> rooms_;
  std::uint64_t next_serial_ = 1;
};

}  // namespace chat
