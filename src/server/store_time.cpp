#include "server/store_time.hpp"

#include <algorithm>

namespace chat {

/// A machine whose clock was set back meanwhile tells nothing.
void StoreTime::sample(UnixUs asked, UnixUs told, UnixUs answered) {
  if (told == 0 || answered < asked) return;
  const UnixUs error = (answered - asked) / 2;
  samples_[count_++ % kSamples] = {asked + error - told, error};
}

const StoreTime::Sample& StoreTime::best() const {
  const auto end = samples_.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(count_, 1, kSamples));
  return *std::min_element(samples_.begin(), end, [](const Sample& a, const Sample& b) { return a.error < b.error; });
}

}  // namespace chat
