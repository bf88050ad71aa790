#pragma once

#include <algorithm>
#include <random>

#include "chat/base/clock.hpp"

namespace chat {

/// Pauses between attempts to connect: each at most twice as long as the one before, at random within the last three
/// quarters, so that the nodes of a cluster do not come back at once.
class Backoff {
 public:
  static constexpr Milliseconds kFirst{50};
  static constexpr Milliseconds kLongest{500};

  explicit Backoff(unsigned seed) : random_(seed) {}

  Milliseconds next() {
    const auto most = std::min(kLongest, kFirst * (1 << std::min(attempts_++, 4U)));
    std::uniform_int_distribution<Milliseconds::rep> pause(most.count() / 4, most.count());
    return Milliseconds(pause(random_));
  }
  void reset() { attempts_ = 0; }

 private:
  std::minstd_rand random_;
  unsigned attempts_ = 0;
};

/// When the next attempt to connect begins. Pure state; thread: that of its link.
class Retry {
 public:
  static constexpr Milliseconds kProven{100};  // a connection that broke sooner was no better than none

  explicit Retry(unsigned seed) : backoff_(seed) {}

  void on_up(Instant now) { up_since_ = now; }
  /// A connection that was up broke; if it has proven itself, the pauses begin anew.
  void on_down(Instant now) {
    if (now - up_since_ > kProven) backoff_.reset();
  }
  void plan(Instant now) { at_ = now + backoff_.next(); }
  void cancel() { at_ = Instant::max(); }
  /// Instant::max(): none is planned.
  Instant at() const { return at_; }

 private:
  Backoff backoff_;
  Instant up_since_{};
  Instant at_ = Instant::max();
};

}  // namespace chat
