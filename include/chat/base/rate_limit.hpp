#pragma once

#include <algorithm>

#include "chat/base/clock.hpp"

namespace chat {

/// `per_second` on average, `burst` at once; 0 a second = no limit. Shared by all that are held to it.
struct RateLimit {
  std::uint32_t per_second = 0;
  std::uint32_t burst = 0;
};

/// How far one client has used up a RateLimit: a token bucket kept as one instant (the generic cell rate algorithm,
/// ITU-T I.371), because there is one for each connection.
class RateMeter {
 public:
  /// Zero if admitted now, else how long until the next one is.
  Milliseconds take(const RateLimit& limit, Instant now) {
    if (limit.per_second == 0) return Milliseconds{0};
    const auto interval = std::chrono::nanoseconds(std::chrono::seconds(1)) / limit.per_second;
    const auto tolerance = interval * std::max(limit.burst, 1U);
    const Instant next = std::max(full_at_, now) + interval;
    if (next - now > tolerance) return std::chrono::ceil<Milliseconds>(next - now - tolerance);
    full_at_ = next;
    return Milliseconds{0};
  }

 private:
  Instant full_at_{};  // when the bucket will be full again
};

}  // namespace chat
