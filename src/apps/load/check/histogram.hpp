#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace chat::load {

/// Counts durations in microseconds, in buckets that grow with the value.
///
/// Log-linear like HdrHistogram: each value below 256 has a bucket; above, each power of two has 128 equal buckets. A
/// percentile is at most 0.8 % above the true value. A histogram takes 33 KB, and a record a few instructions. Negative
/// values count as 0, values above 2^40 (12 days) as 2^40.
class Histogram {
 public:
  void record(std::int64_t microseconds, std::uint64_t times = 1);
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  std::int64_t max() const { return max_; }
  /// For a histogram rebuilt from buckets, which know only their tops.
  void set_max(std::int64_t max) { max_ = max; }

  /// The smallest bucket top that at least `percent` % of the values do not exceed; 0 when empty.
  std::int64_t percentile(double percent) const;

  std::size_t bucket_count() const;
  /// Calls `visit(top, count)` for each bucket that is not empty, in order: `count` values of at most `top`.
  template <typename Visit>
  void each_bucket(Visit visit) const {
    for (std::size_t i = 0; i < kBuckets; ++i) {
      if (buckets_[i] != 0) visit(static_cast<std::int64_t>(top_of(i)), buckets_[i]);
    }
  }

 private:
  static constexpr int kExactBits = 8;
  static constexpr int kMaxBits = 40;
  static constexpr std::size_t kHalf = std::size_t{1} << (kExactBits - 1);
  static constexpr std::size_t kBuckets = (kMaxBits - kExactBits + 3) * kHalf;

  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t top_of(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t max_ = 0;
};

}  // namespace chat::load
