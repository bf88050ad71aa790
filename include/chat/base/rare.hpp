#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"

namespace chat {

/// Admits one event of each kind a minute and counts the others. Pure state; not for several threads.
class Rare {
 public:
  static constexpr Seconds kPause{60};

  /// Nothing if this event must not be logged; else the number of its kind left out since the last logged one.
  std::optional<std::uint64_t> admit(std::string_view kind, Instant now);

  struct Untold {
    std::string kind;
    std::uint64_t count;
  };
  /// The kinds with events left out whose minute is over; their counts begin anew.
  std::vector<Untold> take_untold(Instant now);

 private:
  struct Kind {
    Instant told_at;
    std::uint64_t untold = 0;
  };
  std::map<std::string, Kind, std::less<>> kinds_;  // as many as the source code names
};

}  // namespace chat
