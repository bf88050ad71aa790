#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/base/hash.hpp"
#include "chat/hooks/event_source.hpp"

namespace chat {

/// How long to wait after so many failed attempts (1, 2, …): from 100 ms, doubled each time, up to 30 s, and of that a
/// part between a half and all. `random`: 0 to 1.
Milliseconds retry_delay(std::uint32_t attempts, double random);

/// The events that wait for their delivery: which may be sent now, so that the events of a key stay in order and one
/// of them at a time is under way.
/// Pure state: no clock, no sockets. Thread: one. Owner: EventDelivery.
class DeliveryQueue {
 public:
  /// How many deliveries of each kind of event may be under way.
  using Concurrency = std::array<std::uint32_t, kHookEvents>;

  void add(std::vector<QueuedEvent> events);

  /// The events to send now, now under way. A pointer is valid until finish() for its key.
  std::vector<const QueuedEvent*> start(Instant now, const Concurrency& most);
  /// The event of this key that is under way is done with.
  void finish(std::string_view key);
  /// It failed and is tried again after retry_delay().
  void retry(std::string_view key, Instant now, double random);

  /// Failed attempts of the event of this key that is under way.
  std::uint32_t attempts(std::string_view key) const { return keys_.find(key)->second.attempts; }
  /// When an event that waits for its retry may be sent; nullopt: none waits.
  std::optional<Instant> due() const;
  /// Events that are not done with, and the bytes of their bodies.
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Key {
    std::deque<QueuedEvent> events;  // the first one is ready, delayed or under way
    std::uint32_t attempts = 0;      // of the first one that failed
  };

  std::deque<std::string>& ready_for(const Key& key);

  TextMap<Key> keys_;
  std::array<std::deque<std::string>, kHookEvents> ready_;  // keys, by the event of their first entry
  std::multimap<Instant, std::string> delayed_;
  std::array<std::uint32_t, kHookEvents> under_way_{};
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace chat
