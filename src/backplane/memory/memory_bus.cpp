#include "backplane/memory/memory_bus.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/core/policy.hpp"

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

/// Zero: the person has sent now. By the clock of the node that took the message.
Milliseconds MemoryBus::too_early(Room& room, const AppendTerms& terms, UnixMs now) {
  if (terms.pace.is_off()) return Milliseconds{0};
  std::erase_if(room.paces, [now](const auto& pace) { return pace.second <= now; });
  const auto known = room.paces.find(terms.person);
  const UnixMs next = (known == room.paces.end() ? now : known->second) + terms.pace.interval.count();
  const Milliseconds over = Milliseconds(next - now) - terms.pace.interval * terms.pace.burst;
  if (over <= Milliseconds{0}) room.paces[terms.person] = next;
  return std::max(over, Milliseconds{0});
}

void MemoryBus::trim(Room& room, const Append& append, UnixMs now) const {
  const std::size_t max_messages = append.history_size > 0 ? append.history_size : retention_.messages;
  while (room.log.size() > max_messages) room.log.pop_front();
  if (append.history_age == Seconds{0}) return;
  const UnixMs oldest = now - Milliseconds(append.history_age).count();
  while (time_of(room.log.front().body.view()) < oldest) room.log.pop_front();
}

Result<std::optional<Appended>> MemoryBus::find_repetition(Room& room, const Append& append) {
  if (!append.sender.empty()) {
    const Sent* known = find_sender(room, append.sender);
    const Sent sent = known == nullptr ? Sent{} : *known;
    if (append.seq <= sent.seq) {
      return std::optional(Appended{{room.epoch, append.seq == sent.seq ? sent.offset : 0}, true});
    }
    if (append.seq != sent.seq + 1) {
      return Failure{ErrorCode::out_of_sequence, "messages of this sender are missing before it", {}, sent.seq};
    }
  }
  if (!append.idempotency_key.empty()) {
    auto& keys = room.keys[append.key_budget];
    keys.turn(SystemClock().unix_ms());
    if (const auto known = keys.find(append.idempotency_key)) {
      return std::optional(Appended{{room.epoch, *known}, true});
    }
  }
  return std::optional<Appended>();
}

Result<Appended> MemoryBus::append(const Append& append) {
  thread_.in();
  if (append.terms && append.terms->only_repetition) {
    const auto known = rooms_.find(append.room);
    Room none;
    const auto found = find_repetition(known == rooms_.end() ? none : known->second, append);
    if (!found) return found.error();
    if (!*found) return not_stored();
    return **found;
  }
  if (append.terms && !append.terms->may_create && top(append.room).offset == 0) return closed_room();
  Room* const found = room_to_write(append.room);
  if (found == nullptr) return Failure{ErrorCode::busy, "there are too many rooms", kRetryWhenFull};
  Room& room = *found;
  const UnixMs now = time_of(append.body);
  const auto repeated = find_repetition(room, append);
  if (!repeated) return repeated.error();
  if (*repeated) return **repeated;
  if (!append.sender.empty() && find_sender(room, append.sender) == nullptr && !admits_sender(room)) {
    return Failure{ErrorCode::busy, "too many new senders have come to this room in the last minutes", kRetryWhenFull};
  }
  const bool is_keyed = !append.idempotency_key.empty();
  const bool keys_are_full = is_keyed && room.keys[append.key_budget].is_full();
  const bool turns = append.key_budget == KeyBudget::people;
  if (keys_are_full && append.key_budget != KeyBudget::actions &&
      !(turns && room.keys[append.key_budget].turn_early(SystemClock().unix_ms()))) {
    return Failure{ErrorCode::busy,
                   "this room has stored as many messages with an idempotency key as a day may have; new ones go on "
                   "at midnight (UTC)",
                   kRetryWhenFull};
  }
  if (append.terms) {
    if (const auto wait = too_early(room, *append.terms, now); wait > Milliseconds{0}) return slow_mode(wait);
  }
  if (!append.sender.empty()) room.senders[append.sender] = {append.seq, room.top + 1};
  if (is_keyed && (!keys_are_full || turns)) room.keys[append.key_budget].add(append.idempotency_key, room.top + 1);
  room.log.push_back({++room.top, decode_body(append.body)});
  trim(room, append, now);
  if (events.wanted && events.wanted(append.room)) {
    enqueue_event({{"event", "message_posted"},
                   {"room", append.room},
                   {"epoch", room.epoch},
                   {"offset", std::to_string(room.top)},
                   {"body", append.body}});
  }
  return Appended{{room.epoch, room.top}, false};
}

void MemoryBus::enqueue_event(QueueFields fields) {
  const bool is_full = queues.size(ClusterEvents::kQueue) >= events.max_entries;
  if (is_full || !queues.push(ClusterEvents::kQueue, std::move(fields))) ++events.lost;
}

std::set<std::string> MemoryBus::room_names(std::string_view prefix) const {
  const Instant now = std::chrono::steady_clock::now();
  std::set<std::string> names;
  for (const auto& [name, room] : rooms_) {
    if (name.starts_with(prefix) && now - room.written <= retention_.idle) names.insert(name);
  }
  for (const auto& [name, people] : people_) {
    if (name.starts_with(prefix)) names.insert(name);
  }
  return names;
}

void MemoryBus::change_people(std::string_view room, const PresenceChange& change) {
  auto& people = people_[std::string(room)];
  for (const auto& user : change.joined) people[{change.instance, user.id}] = user;
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
