#pragma once

#include <algorithm>
#include <cstdint>

#include "chat/base/clock.hpp"

namespace chat {

/// `per_second` units on average, `burst` at once; 0 a second = no limit. Shared by all that are held to it.
struct RateLimit {
  std::uint32_t per_second = 0;
  std::uint32_t burst = 0;

  bool is_off() const { return per_second == 0; }
  std::chrono::nanoseconds interval() const { return std::chrono::nanoseconds(std::chrono::seconds(1)) / per_second; }
  std::chrono::nanoseconds tolerance() const { return interval() * std::max(burst, 1U); }
  /// A request dearer than the burst is admitted when the meter is at rest.
  std::uint32_t capped(std::uint32_t cost) const { return std::min(cost, std::max(burst, 1U)); }
};

/// How far one client has used up a RateLimit: a token bucket kept as one instant (the generic cell rate algorithm,
/// ITU-T I.371), because there is one for each connection.
class RateMeter {
 public:
  /// Zero if admitted now, else how long until the same request would be.
  Milliseconds take(const RateLimit& limit, Instant now, std::uint32_t cost = 1) {
    if (limit.is_off()) return Milliseconds{0};
    const Instant next = std::max(full_at_, now) + limit.interval() * limit.capped(cost);
    if (next - now > limit.tolerance()) return std::chrono::ceil<Milliseconds>(next - now - limit.tolerance());
    full_at_ = next;
    return Milliseconds{0};
  }

 private:
  Instant full_at_{};  // when the bucket will be full again
};

}  // namespace chat
