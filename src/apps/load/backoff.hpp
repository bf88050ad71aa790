#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

namespace chat::load {

/// Draws the delay before the next attempt: a random time of up to 250 ms. The limit doubles after each failure, up to
/// 5 s.
class Backoff {
 public:
  static constexpr std::int64_t kFirstMs = 250;
  static constexpr std::int64_t kLongestMs = 5000;

  template <typename Random>
  std::int64_t next_ms(Random& random) {
    const auto longest = std::min(kLongestMs, kFirstMs << std::min<int>(attempts_, 10));
    if (attempts_ < 255) ++attempts_;
    return std::uniform_int_distribution<std::int64_t>(0, longest)(random);
  }

  void reset() { attempts_ = 0; }

 private:
  std::uint8_t attempts_ = 0;
};

/// True if a client should reconnect after this close code: 1006 (cut), a server that drains or is overloaded, and
/// 4000-4499 (see src/protocols/README.md).
inline bool comes_back(int close_code) {
  return close_code == 1001 || close_code == 1006 || close_code == 1012 || close_code == 1013 ||
         (close_code >= 4000 && close_code < 4500);
}

}  // namespace chat::load
