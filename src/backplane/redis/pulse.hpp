#pragma once

#include "chat/base/clock.hpp"

namespace chat::redis {

/// Tells a dead connection from a silent one: it is looked at every kWatchEvery, pinged after half of kTimeout without
/// a byte, and dead after all of it. Pure state; thread: that of its LinkMachine.
class Pulse {
 public:
  static constexpr Milliseconds kTimeout{2000};
  static constexpr Milliseconds kWatchEvery{500};

  /// An attempt to connect begins.
  void begin(Instant now) {
    heard_at_ = now;
    look(now);
  }
  /// Bytes came, or none were read on purpose.
  void hear(Instant now) { heard_at_ = now; }
  void look(Instant now) { look_at_ = now + kWatchEvery; }
  Instant look_at() const { return look_at_; }
  bool needs_ping(Instant now) const { return now - heard_at_ > kTimeout / 2; }
  bool is_dead(Instant now) const { return now - heard_at_ > kTimeout; }

 private:
  Instant heard_at_{};
  Instant look_at_{};
};

}  // namespace chat::redis
