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

  /// Whether this event may be told, and then how many of its kind were not since the last one that was.
  std::optional<std::uint64_t> admit(std::string_view kind, Instant now);

  struct Untold {
    std::string kind;
    std::uint64_t count;
  };
  /// The kinds whose minute is over while events of theirs are still untold; they count as told then.
  std::vector<Untold> take_untold(Instant now);

 private:
  struct Kind {
    Instant told_at;
    std::uint64_t untold = 0;
  };
  std::map<std::string, Kind, std::less<>> kinds_;  // as many as the source code names
};

}  // namespace chat
