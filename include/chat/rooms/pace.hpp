#pragma once

#include <cstddef>

#include "chat/base/clock.hpp"

namespace chat {

/// When a room may be fanned out: at once, but where more is said than anybody can read, some times a second, so that
/// one write to each member carries what would have taken many. A pure state machine. Thread: the hub's loop.
class Pace {
 public:
  static constexpr std::size_t kCrowded = 100;      // messages in one batch: what follows gathers
  static constexpr Milliseconds kGathering{12};     // for so long
  static constexpr std::size_t kFull = 128 * 1024;  // or until it has so many bytes

  /// Whether what waits, so many bytes, may leave.
  bool is_due(Instant now, std::size_t waiting) const { return now >= rests_until_ || waiting >= kFull; }
  Instant due() const { return rests_until_; }
  void left(Instant now, std::size_t messages) {
    rests_until_ = messages >= kCrowded ? now + kGathering : Instant::min();
  }

 private:
  Instant rests_until_ = Instant::min();
};

}  // namespace chat
