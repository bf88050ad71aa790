#pragma once

#include <array>
#include <cstddef>

#include "chat/base/clock.hpp"

namespace chat {

/// How far this machine's clock is ahead of the store's, and how far this may be wrong. The store reads its clock at an
/// unknown moment between question and answer, so half a round trip is the error; of the last kSamples round trips the
/// best counts. A pure state machine. Thread: the backplane loop.
class StoreTime {
 public:
  /// The store was asked at `asked` and told `told`; the answer came at `answered`. All by clocks of microseconds.
  void sample(UnixUs asked, UnixUs told, UnixUs answered);

  UnixUs ahead() const { return best().ahead; }
  UnixUs error() const { return best().error; }

 private:
  static constexpr std::size_t kSamples = 20;  // 10 s of heartbeats: clocks drift by less than a millisecond meanwhile
  struct Sample {
    UnixUs ahead = 0;
    UnixUs error = 0;
  };
  const Sample& best() const;

  std::array<Sample, kSamples> samples_{};
  std::size_t count_ = 0;  // ever
};

}  // namespace chat
