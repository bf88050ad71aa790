#include "apps/load/check/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace chat::load {

void Histogram::record(std::int64_t microseconds, std::uint64_t times) {
  const auto value = std::clamp<std::int64_t>(microseconds, 0, std::int64_t{1} << kMaxBits);
  buckets_[bucket_of(static_cast<std::uint64_t>(value))] += times;
  count_ += times;
  max_ = std::max(max_, value);
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

std::size_t Histogram::bucket_count() const {
  return kBuckets - static_cast<std::size_t>(std::ranges::count(buckets_, 0U));
}

std::int64_t Histogram::percentile(double percent) const {
  if (count_ == 0) return 0;
  const double share = std::ceil(static_cast<double>(count_) * percent / 100.0);
  const auto wanted = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(share), 1, count_);
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  for (; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted) break;
  }
  return std::min(static_cast<std::int64_t>(top_of(bucket)), max_);
}

// A value of kExactBits + s bits is shifted right by s. The result lies in [kHalf, 2 * kHalf) and names the bucket
// within block s. Block 0 also has the values below kHalf.
std::size_t Histogram::bucket_of(std::uint64_t value) {
  const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - kExactBits);
  return static_cast<std::size_t>(shift) * kHalf + static_cast<std::size_t>(value >> shift);
}

std::uint64_t Histogram::top_of(std::size_t bucket) {
  if (bucket < 2 * kHalf) return bucket;
  const std::size_t shift = bucket / kHalf - 1;
  const std::uint64_t head = bucket - shift * kHalf;
  return ((head + 1) << shift) - 1;
}

}  // namespace chat::load
