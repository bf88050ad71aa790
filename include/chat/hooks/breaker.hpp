#pragma once

#include <cstdint>

#include "chat/base/clock.hpp"

namespace chat {

struct BreakerSettings {
  std::uint32_t failures = 5;  // consecutive ones that open it
  Milliseconds open{5000};     // until a trial
  bool operator==(const BreakerSettings&) const = default;
};

/// Keeps calls away from an application that fails, and finds out when it is back (circuit breaker).
/// closed → open after consecutive failures → half-open: one trial → closed, or open again.
/// Pure state: no clock. Thread: one. Owner: Breakers.
class Breaker {
 public:
  explicit Breaker(BreakerSettings settings) : settings_(settings) {}

  /// Whether a call may be made now. After admit(), report its outcome with succeed() or fail().
  bool is_passable(Instant now) const { return !is_open_ || (!is_trial_under_way_ && now >= retry_at_); }
  void admit() { is_trial_under_way_ = is_open_; }
  /// The application answered.
  void succeed();
  /// `is_news`: false if the same call, or a call of the same caller, has failed before; it then only ends a trial.
  void fail(Instant now, bool is_news = true);

  /// Whether every call fails now.
  bool is_open(Instant now) const { return is_open_ && now < retry_at_; }

 private:
  BreakerSettings settings_;
  std::uint32_t failures_ = 0;
  bool is_open_ = false;
  bool is_trial_under_way_ = false;
  Instant retry_at_{};
};

}  // namespace chat
