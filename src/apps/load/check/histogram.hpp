#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace chat::load {

/// Counts durations in microseconds, in buckets that grow with the value.
///
/// Log-linear, as HdrHistogram: values below 256 have a bucket each; above, every power of two is cut in 128 equal
/// buckets, so a percentile is at most 0.8 % above the value it stands for, at a fixed 33 KB and a few instructions a
/// record. Negative values count as 0, values above 2^40 (12 days) as 2^40.
class Histogram {
 public:
  void record(std::int64_t microseconds, std::uint64_t times = 1);
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  std::int64_t max() const { return max_; }
  /// For one put together from another's buckets, which know their tops only.
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
