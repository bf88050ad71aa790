#include "backplane/memory/memory_bus.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/digest.hpp"

namespace chat {
namespace {

constexpr Milliseconds kRetryWhenFull{60'000};

}  // namespace

Position MemoryBus::top(std::string_view room) const {
  const auto known = rooms_.find(room);
  return known == rooms_.end() ? Position{} : Position{known->second.epoch, known->second.top};
}

/// nullptr: there are as many as there may be.
MemoryBus::Room* MemoryBus::room_to_write(const std::string& name) {
  const Instant now = std::chrono::steady_clock::now();
  auto known = rooms_.find(name);
  if (known == rooms_.end()) {
    if (rooms_.size() >= kMaxRooms) {
      std::erase_if(rooms_, [&](const auto& room) { return now - room.second.written > retention_.idle; });
    }
    if (rooms_.size() >= kMaxRooms) return nullptr;
    known = rooms_.emplace(name, Room{}).first;
    known->second.epoch = "mem-" + random_hex(8);
  }
  known->second.written = now;
  return &known->second;
}

MemoryBus::Sent* MemoryBus::find_sender(Room& room, const std::string& sender) {
  for (auto* generation : {&room.senders, &room.older_senders}) {
    const auto found = generation->find(sender);
    if (found != generation->end()) return &found->second;
  }
  return nullptr;
}

bool MemoryBus::admits_sender(Room& room) {
  if (room.senders.size() < kMaxSenders) return true;
  const Instant now = std::chrono::steady_clock::now();
  if (room.turned != Instant{} && now - room.turned < kSendersAge) return false;
  room.older_senders = std::exchange(room.senders, {});
  room.turned = now;
  return true;
}

Result<Appended> MemoryBus::append(const Append& append) {
  thread_.in();
  Room* const found = room_to_write(append.room);
  if (found == nullptr) return Failure{ErrorCode::busy, "there are too many rooms", kRetryWhenFull};
  Room& room = *found;
  if (!append.sender.empty()) {
    const Sent* known = find_sender(room, append.sender);
    const Sent sent = known == nullptr ? Sent{} : *known;
    if (append.seq <= sent.seq) return Appended{{room.epoch, append.seq == sent.seq ? sent.offset : 0}, true};
    if (append.seq != sent.seq + 1) {
      return Failure{ErrorCode::out_of_sequence, "messages of this sender are missing before it", {}, sent.seq};
    }
    if (known == nullptr && !admits_sender(room)) {
      return Failure{ErrorCode::busy, "too many new senders have come to this room in the last minutes",
                     kRetryWhenFull};
    }
    room.senders[append.sender] = {append.seq, room.top + 1};
  }
  room.log.push_back({++room.top, decode_body(append.body)});
  const std::size_t max_messages = append.history_size > 0 ? append.history_size : retention_.messages;
  while (room.log.size() > max_messages) room.log.pop_front();
  return Appended{{room.epoch, room.top}, false};
}

void MemoryBus::change_people(std::string_view room, const PresenceChange& change) {
  auto& people = people_[std::string(room)];
  for (const auto& user : change.joined) people[{change.instance, user.id}] = user.name;
  for (const auto& id : change.left) people.erase({change.instance, id});
  if (people.empty()) people_.erase(std::string(room));
}

const MemoryBus::People& MemoryBus::people(std::string_view room) const {
  static const People nobody;
  const auto known = people_.find(room);
  return known == people_.end() ? nobody : known->second;
}

std::vector<Message> MemoryBus::history(std::string_view room, const HistoryQuery& query) const {
  const auto known = rooms_.find(room);
  if (known == rooms_.end()) return {};
  std::vector<Message> found;
  for (const auto& message : known->second.log) {
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

Result<bool> MemoryBus::claim(const std::string& name, Instant until, Instant now) {
  for (; !claims_by_time_.empty() && claims_by_time_.front().first <= now; claims_by_time_.pop_front()) {
    claims_.erase(claims_by_time_.front().second);
  }
  if (claims_.contains(name)) return false;
  if (claims_.size() >= kMaxClaims) return Failure{ErrorCode::busy, "too many claims stand"};
  claims_.insert(name);
  claims_by_time_.emplace_back(until, name);
  return true;
}

}  // namespace chat
