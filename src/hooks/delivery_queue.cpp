#include "chat/hooks/delivery_queue.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/assert.hpp"

namespace chat {

Milliseconds retry_delay(std::uint32_t attempts, double random) {
  constexpr Milliseconds kFirst{100};
  constexpr Milliseconds kMost{30'000};
  const auto doublings = std::min<std::uint32_t>(attempts > 0 ? attempts - 1 : 0, 16);
  const auto delay = std::min(kFirst * (1 << doublings), kMost);
  return std::chrono::duration_cast<Milliseconds>(delay * (0.5 + random / 2));
}

std::deque<std::string>& DeliveryQueue::ready_for(const Key& key) { return ready_[index_of(key.events.front().event)]; }

void DeliveryQueue::add(std::vector<QueuedEvent> events) {
  for (auto& event : events) {
    ++size_;
    bytes_ += event.body.size();
    const auto name = event.key;
    Key& key = keys_[name];
    key.events.push_back(std::move(event));
    if (key.events.size() == 1) ready_for(key).push_back(name);
  }
}

std::vector<const QueuedEvent*> DeliveryQueue::start(Instant now, const Concurrency& most) {
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    auto name = std::move(delayed_.begin()->second);
    delayed_.erase(delayed_.begin());
    auto& ready = ready_for(keys_.find(name)->second);
    ready.push_back(std::move(name));
  }
  std::vector<const QueuedEvent*> started;
  for (std::size_t kind = 0; kind < kHookEvents; ++kind) {
    for (; !ready_[kind].empty() && under_way_[kind] < most[kind]; ready_[kind].pop_front()) {
      ++under_way_[kind];
      started.push_back(&keys_.find(ready_[kind].front())->second.events.front());
    }
  }
  return started;
}

void DeliveryQueue::finish(std::string_view name) {
  const auto found = keys_.find(name);
  CHAT_ASSERT(found != keys_.end());
  Key& key = found->second;
  --under_way_[index_of(key.events.front().event)];
  --size_;
  bytes_ -= key.events.front().body.size();
  key.events.pop_front();
  key.attempts = 0;
  if (key.events.empty()) {
    keys_.erase(found);
  } else {
    ready_for(key).push_back(found->first);
  }
}

void DeliveryQueue::retry(std::string_view name, Instant now, double random) {
  const auto found = keys_.find(name);
  CHAT_ASSERT(found != keys_.end());
  Key& key = found->second;
  --under_way_[index_of(key.events.front().event)];
  delayed_.emplace(now + retry_delay(++key.attempts, random), found->first);
}

std::optional<Instant> DeliveryQueue::due() const {
  return delayed_.empty() ? std::nullopt : std::optional(delayed_.begin()->first);
}

}  // namespace chat
