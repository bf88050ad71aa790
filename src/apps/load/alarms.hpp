#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

namespace chat::load {

/// The moments at which clients asked to be called, in nanoseconds of the steady clock. A client ignores a call that it
/// no longer needs.
class Alarms {
 public:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  void set(std::int64_t at, std::uint32_t client) { queue_.emplace(at, client); }
  std::int64_t next() const { return queue_.empty() ? kNever : queue_.top().first; }

  /// Calls `wake(client, at)` for each alarm that is due, earliest first.
  template <typename Wake>
  void ring(std::int64_t now, Wake wake) {
    while (next() <= now) {
      const auto [at, client] = queue_.top();
      queue_.pop();
      wake(client, at);
    }
  }

 private:
  using Alarm = std::pair<std::int64_t, std::uint32_t>;
  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> queue_;
};

}  // namespace chat::load
