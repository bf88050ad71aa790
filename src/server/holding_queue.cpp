#include "server/holding_queue.hpp"

#include <algorithm>

namespace chat {

bool HoldingQueue::add(HoldingChange change) {
  if (waiting_.size() >= kMaxWaiting) return false;
  waiting_.push_back(std::move(change));
  return true;
}

HoldingChanges HoldingQueue::call() {
  if (in_call_ == 0) {
    in_call_ = std::min(waiting_.size(), kMaxChanges);
    ++number_;
  }
  return changes(0, in_call_);
}

HoldingChanges HoldingQueue::renewal() {
  ++number_;
  return changes(0, 0);
}

std::vector<HoldingChanges> HoldingQueue::rest() {
  std::vector<HoldingChanges> calls;
  for (std::size_t from = in_call_; from < waiting_.size(); from += kMaxChanges) {
    ++number_;
    calls.push_back(changes(from, std::min(waiting_.size() - from, kMaxChanges)));
  }
  return calls;
}

HoldingChanges HoldingQueue::changes(std::size_t from, std::size_t count) const {
  HoldingChanges changes{instance_, number_, clock_.unix_ms(), {}};
  for (std::size_t i = from; i < from + count; ++i) {
    HoldingChange& change = changes.changes.emplace_back(waiting_[i]);
    const bool is_room = change.holding.kind == Holding::Kind::room;
    const auto event = is_room ? (change.begins ? HookEvent::room_occupied : HookEvent::room_vacated)
                               : (change.begins ? HookEvent::connected : HookEvent::disconnected);
    change.is_wanted = wants_(event, is_room ? std::string_view(change.holding.name) : std::string_view());
  }
  return changes;
}

void HoldingQueue::on_stored() {
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(std::exchange(in_call_, 0)));
  stored_at_ = clock_.now();
}

Held HoldingQueue::known_to_store(Held here) const {
  for (auto change = waiting_.rbegin(); change != waiting_.rend(); ++change) {
    const Held::key_type key{change->holding.kind, change->holding.name};
    change->begins ? static_cast<void>(here.erase(key)) : static_cast<void>(here.emplace(key, change->holding.user));
  }
  return here;
}

}  // namespace chat
