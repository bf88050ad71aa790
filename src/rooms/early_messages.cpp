#include "chat/rooms/early_messages.hpp"

#include <utility>

namespace chat {

bool EarlyMessages::add(Message message, std::uint64_t arrival) {
  newest_arrival_ = arrival;
  const auto known = entries_.find(message.offset);
  if (known != entries_.end()) {
    if (known->second.body.view() == message.body.view()) return true;
    drop(known);
    return false;
  }
  if (entries_.size() == kMax || bytes_ + message.body.size() > kMaxBytes) return false;
  bytes_ += message.body.size();
  entries_.emplace(message.offset, Entry{std::move(message.body), arrival});
  return true;
}

std::optional<EarlyMessages::First> EarlyMessages::first() const {
  if (entries_.empty()) return std::nullopt;
  const auto& [offset, entry] = *entries_.begin();
  return First{offset, entry.arrival};
}

Message EarlyMessages::take_first() {
  const auto first = entries_.begin();
  Message message{first->first, first->second.body};
  drop(first);
  return message;
}

std::optional<Offset> EarlyMessages::highest() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.rbegin()->first;
}

void EarlyMessages::drop_above(Offset top, std::uint64_t arrival) {
  for (auto entry = entries_.upper_bound(top); entry != entries_.end();) {
    entry = entry->second.arrival > arrival ? std::next(entry) : drop(entry);
  }
}

EarlyMessages::Entries::iterator EarlyMessages::drop(Entries::iterator entry) {
  bytes_ -= entry->second.body.size();
  return entries_.erase(entry);
}

}  // namespace chat
