#include "server/clock_check.hpp"

#include <chrono>

#include "chat/base/log.hpp"

namespace chat {
namespace {

constexpr Seconds kMaxAhead{5};
constexpr Seconds kLongestRoundTrip{1};

}  // namespace

Milliseconds check_clock(SystemClock& clock, const Announced& announced, Milliseconds round_trip, Milliseconds known) {
  if (announced.time == 0 || round_trip > kLongestRoundTrip) return known;
  const auto by_machine = Milliseconds(clock.unix_ms()) + clock.correction();
  const auto ahead = by_machine - round_trip / 2 - Milliseconds(announced.time);
  const bool is_off = std::chrono::abs(ahead) > kMaxAhead;
  clock.correct(is_off ? ahead : Milliseconds{0});
  if (is_off) {
    log_warn_rarely("clock_off", {{"ahead_ms", ahead.count()},
                                  {"do", "set this machine's clock; until then messages get the time of the store"}});
  }
  return ahead;
}

}  // namespace chat
