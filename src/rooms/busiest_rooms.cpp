// The busiest rooms of a node, for operators.
#include <algorithm>
#include <utility>

#include "rooms/room_service_parts.hpp"

namespace chat {
namespace {

struct Seen {
  const Room* room;
  std::size_t people;
  std::uint64_t messages;
};

/// A room that was not looked at before has had no message yet.
std::uint64_t messages_since_last_look(Room& room) {
  const Position now = room.log.last();
  const auto before = std::exchange(room.looked_at, now);
  if (!before) return 0;
  const bool goes_on = before->epoch == now.epoch && before->offset <= now.offset;
  return goes_on ? now.offset - before->offset : now.offset;
}

template <class Value>
void take_top(std::vector<Seen>& seen, std::size_t most, Value Seen::* by, std::vector<Seen>& top) {
  const auto end = seen.begin() + static_cast<std::ptrdiff_t>(std::min(most, seen.size()));
  std::partial_sort(seen.begin(), end, seen.end(), [by](const Seen& a, const Seen& b) { return a.*by > b.*by; });
  for (auto one = seen.begin(); one != end; ++one) {
    const bool is_new =
        std::none_of(top.begin(), top.end(), [&](const Seen& other) { return other.room == one->room; });
    if (is_new && (*one).*by > 0) top.push_back(*one);
  }
}

}  // namespace

std::vector<RoomFigures> RoomService::busiest_rooms(std::size_t most) {
  std::vector<Seen> seen, top;
  seen.reserve(parts_->rooms.size());
  parts_->rooms.for_each_open(
      [&](Room& room) { seen.push_back({&room, room.attendance.roster.count(), messages_since_last_look(room)}); });
  take_top(seen, most, &Seen::people, top);
  take_top(seen, most, &Seen::messages, top);
  std::vector<RoomFigures> figures;
  for (const Seen& one : top) figures.push_back({one.room->name, one.people, one.messages});
  return figures;
}

}  // namespace chat
