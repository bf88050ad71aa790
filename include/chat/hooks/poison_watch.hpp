#pragma once

#include <cstdint>
#include <string>

#include "chat/base/clock.hpp"
#include "chat/base/hash.hpp"
#include "chat/hooks/hook_failure.hpp"

namespace chat {

/// Tells an event that the application cannot take from an application that is away. A failed attempt counts against
/// the event if the application itself answered it, or has taken another event since the attempt before; but not while
/// the breaker is open. After a number of these the event is given up. If the application takes no other event
/// afterwards, it may be the one to blame: no further event is given up for kPause.
/// Pure state: no clock. Thread: one. Owner: EventDelivery, one for each hook. Bound: an entry for each event that has
/// failed and waits.
class PoisonWatch {
 public:
  static constexpr Seconds kPause{600};

  void on_delivered(const std::string& id);
  /// Whether to give the event up; it is then forgotten. `most`: attempts that count.
  bool on_failed(const std::string& id, const HookFailure& failure, bool is_breaker_open, std::uint32_t most,
                 Instant now);

 private:
  struct Suspect {
    std::uint32_t failures = 0;
    std::uint64_t delivered = 0;  // of all events, at its last attempt
  };
  TextMap<Suspect> suspects_;  // by the event's id
  std::uint64_t delivered_ = 0;
  Instant not_before_ = Instant::min();
};

}  // namespace chat
