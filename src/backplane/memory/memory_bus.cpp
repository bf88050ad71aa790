#include "backplane/memory/memory_bus.hpp"

#include <algorithm>

#include "chat/base/digest.hpp"

namespace chat {

MemoryBus::Room& MemoryBus::room(std::string_view name) {
  const auto known = rooms_.find(name);
  if (known != rooms_.end()) return known->second;
  Room& room = rooms_[std::string(name)];
  room.epoch = "mem-" + random_hex(8);
  return room;
}

Result<Appended> MemoryBus::append(const Append& append) {
  Room& room = this->room(append.room);
  if (!append.sender.empty()) {
    auto& [last, offset] = room.senders[append.sender];
    if (append.n <= last) return Appended{{room.epoch, append.n == last ? offset : 0}, true};
    if (append.n != last + 1 && !append.after_gap) {
      return Failure{ErrorCode::out_of_sequence, "messages of this sender are missing before it", {}, last};
    }
    last = append.n;
    offset = room.top + 1;
  }
  room.log.push_back({++room.top, decode_body(append.body)});
  if (room.log.size() > retention_.messages) room.log.pop_front();
  return Appended{{room.epoch, room.top}, false};
}

std::vector<Message> MemoryBus::history(std::string_view name, const HistoryQuery& query) {
  std::vector<Message> found;
  for (const auto& message : room(name).log) {
    if (message.offset > query.after && message.offset < query.before) found.push_back(message);
  }
  if (found.size() > query.limit) {
    const auto surplus = static_cast<std::ptrdiff_t>(found.size() - query.limit);
    if (query.newest) {
      found.erase(found.begin(), found.begin() + surplus);
    } else {
      found.erase(found.end() - surplus, found.end());
    }
  }
  return found;
}

}  // namespace chat
