#include "chat/auth/jwks_schedule.hpp"

#include <algorithm>

namespace chat {

void JwksSchedule::start(Instant now) {
  fetching_ = true;
  started_ = now;
}

void JwksSchedule::succeed(Instant now, std::optional<Seconds> max_age) {
  fetching_ = false;
  retry_ = kRetryMin;
  due_ = now + std::clamp(max_age.value_or(kAgeDefault), kAgeMin, kAgeMax);
}

void JwksSchedule::fail(Instant now) {
  fetching_ = false;
  due_ = now + retry_;
  retry_ = std::min(retry_ * 2, kRetryMax);
}

/// A fetch under way may bring the key.
void JwksSchedule::miss_key(Instant now) {
  if (fetching_ || !started_) return;
  due_ = std::min(due_, std::max(now, *started_ + kUnknownKeyPause));
}

}  // namespace chat
