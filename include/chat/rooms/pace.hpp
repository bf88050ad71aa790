#pragma once

#include <cstddef>

#include "chat/base/clock.hpp"

namespace chat {

/// Decides when a room is published: at once, or, after a batch of kCrowded messages, kGathering later. In a busy room
/// one write to each member then carries the messages of many. A pure state machine; thread: the loop of the rooms.
class Pace {
 public:
  static constexpr std::size_t kCrowded = 100;      // messages in one batch: later ones are gathered
  static constexpr Milliseconds kGathering{12};     // for this time
  static constexpr std::size_t kFull = 128 * 1024;  // bytes; or until this many are gathered

  /// `waiting`: bytes of the gathered messages.
  bool is_due(Instant now, std::size_t waiting) const { return now >= rests_until_ || waiting >= kFull; }
  Instant due() const { return rests_until_; }
  void left(Instant now, std::size_t messages) {
    rests_until_ = messages >= kCrowded ? now + kGathering : Instant::min();
  }

 private:
  Instant rests_until_ = Instant::min();
};

}  // namespace chat
