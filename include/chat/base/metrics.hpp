#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

/// Counters and histograms of this process. Each thread counts in cells of its own, which no other thread writes; a
/// scrape sums them. A metric is an object at namespace scope in the file that counts:
///
///   Counter closed{"chat_sessions_closed_total", "Sessions that this node has closed"};
///   …
///   closed.add();
///
/// Names and units as Prometheus wants them: https://prometheus.io/docs/practices/naming/
/// Metrics of one family have labels in their names: chat_hook_calls_total{hook="join"}. Names are literals or live as
/// long as the process.
namespace chat {

namespace metrics {

inline constexpr std::size_t kCells = 512;
using Cells = std::array<std::atomic<std::uint64_t>, kCells>;

/// The cells of the calling thread.
Cells& own_cells();

/// Adds without a lock: only the own thread writes a cell.
inline void add(std::size_t cell, std::uint64_t n) {
  auto& counted = own_cells()[cell];
  counted.store(counted.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

}  // namespace metrics

/// Counts up. Thread: any. Lives as long as the process.
class Counter {
 public:
  Counter(const char* name, const char* help);
  void add(std::uint64_t n = 1) { metrics::add(cell_, n); }

 private:
  std::size_t cell_;
};

/// Counts times by length: how many are at most each bound. Values and bounds are microseconds; a scrape tells seconds,
/// as the name says. Thread: any. Lives as long as the process.
class Histogram {
 public:
  /// `bounds` rise. A value above the last one counts in a bucket without a bound.
  Histogram(const char* name, const char* help, std::initializer_list<std::uint64_t> bounds);
  void observe(std::uint64_t value);

 private:
  std::size_t cell_;  // one for each bound, one without, and the sum
  std::vector<std::uint64_t> bounds_;
};

namespace metrics {

/// A metric as a scrape finds it.
struct Sample {
  const char* name;
  const char* help;
  std::vector<std::uint64_t> bounds;  // none: a counter
  std::vector<std::uint64_t> counts;  // of a counter its value; of a histogram one for each bucket
  std::uint64_t sum = 0;              // of a histogram's values, in microseconds
};

/// All metrics, summed over all threads, those that have ended too. Thread: any.
std::vector<Sample> collect();

}  // namespace metrics

}  // namespace chat
