#pragma once

#include "chat/base/clock.hpp"

namespace chat {

/// Time that passes when a test says so.
class ManualClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  UnixMs unix_ms() const override { return 1'795'262'400'000 + (now_ - kStart) / Milliseconds(1); }
  void advance(Milliseconds time) { now_ += time; }

 private:
  static constexpr Instant kStart{std::chrono::hours(1000)};
  Instant now_ = kStart;
};

}  // namespace chat
