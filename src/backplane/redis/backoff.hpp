#pragma once

#include <algorithm>
#include <random>

#include "chat/base/clock.hpp"

namespace chat::redis {

/// Pauses between attempts to connect: each at most twice as long as the one before, at random within the last three
/// quarters, so that the nodes of a cluster do not come back at once.
class Backoff {
 public:
  static constexpr Milliseconds kFirst{50};
  static constexpr Milliseconds kLongest{2000};

  explicit Backoff(unsigned seed) : random_(seed) {}

  Milliseconds next() {
    const auto most = std::min(kLongest, kFirst * (1 << std::min(attempts_++, 6U)));
    std::uniform_int_distribution<Milliseconds::rep> pause(most.count() / 4, most.count());
    return Milliseconds(pause(random_));
  }
  void reset() { attempts_ = 0; }

 private:
  std::minstd_rand random_;
  unsigned attempts_ = 0;
};

}  // namespace chat::redis
