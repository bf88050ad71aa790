#pragma once

#include <optional>

#include "chat/base/clock.hpp"

namespace chat {

/// Decides when a JWK Set is fetched: at once, then when what was fetched is too old, sooner after a failure, and when
/// a token names a key that is unknown. Pure state: no sockets, no clock. Thread: one. Owner: JwksClient.
class JwksSchedule {
 public:
  static constexpr Seconds kAgeMin{5 * 60};
  static constexpr Seconds kAgeDefault{60 * 60};
  static constexpr Seconds kAgeMax{24 * 60 * 60};
  /// Between two fetches that unknown keys cause: strangers can name as many as they like.
  static constexpr Seconds kUnknownKeyPause{60};
  /// After the first failure; doubled after each further one, up to the maximum.
  static constexpr Seconds kRetryMin{10};
  static constexpr Seconds kRetryMax{5 * 60};

  explicit JwksSchedule(Instant now) : due_(now) {}

  /// When to call start(); nullopt while a fetch is under way.
  std::optional<Instant> due() const { return fetching_ ? std::nullopt : std::optional(due_); }

  void start(Instant now);
  /// `max_age`: of Cache-Control, if the answer has one.
  void succeed(Instant now, std::optional<Seconds> max_age);
  void fail(Instant now);
  /// A token named a key that no source has.
  void miss_key(Instant now);

 private:
  Instant due_;
  std::optional<Instant> started_;  // the last fetch
  bool fetching_ = false;
  Seconds retry_ = kRetryMin;
};

}  // namespace chat
