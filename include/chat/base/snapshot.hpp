#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace chat {

/// An immutable value that one thread replaces and every thread reads. A reader keeps the value that it got.
/// Thread: get() any, set() any. Both hold a spin lock while they copy or swap one pointer.
/// Not std::atomic<std::shared_ptr>: up to GCC 14 its load unlocks without release (relaxed), which the thread
/// sanitizer reports as a race.
template <class Value>
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const Value> first) : value_(std::move(first)) {}

  std::shared_ptr<const Value> get() const {
    const Guard guard(busy_);
    return value_;
  }
  /// The old value is freed here, by the last of its holders.
  void set(std::shared_ptr<const Value> next) {
    const Guard guard(busy_);
    value_.swap(next);
  }

 private:
  struct Guard {
    explicit Guard(std::atomic_flag& flag) : busy(flag) {
      while (busy.test_and_set(std::memory_order_acquire)) busy.wait(true, std::memory_order_relaxed);
    }
    ~Guard() {
      busy.clear(std::memory_order_release);
      busy.notify_one();
    }
    std::atomic_flag& busy;
  };

  mutable std::atomic_flag busy_;
  std::shared_ptr<const Value> value_;
};

}  // namespace chat
