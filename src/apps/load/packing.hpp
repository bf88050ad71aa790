#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

#include "apps/load/check/results.hpp"

/// Turns a worker's results into bytes for the conductor and back, and merges several results. Both ends are the same
/// program on the same machine, so the format has no version and no byte order.
namespace chat::load {

class Packer {
 public:
  void operator()(const std::uint64_t& value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void operator()(const Span& span) { bytes_.append(reinterpret_cast<const char*>(&span), sizeof span); }
  void operator()(const std::string& text) {
    (*this)(std::uint64_t{text.size()});
    bytes_ += text;
  }
  void operator()(const Tally& tally) {
    (*this)(std::uint64_t{tally.size()});
    for (const auto& [phrase, count] : tally) (*this)(phrase), (*this)(count);
  }
  /// Skips empty buckets: most are empty.
  void operator()(const Histogram& histogram) {
    (*this)(std::uint64_t{histogram.bucket_count()});
    histogram.each_bucket(
        [this](std::int64_t top, std::uint64_t count) { (*this)(static_cast<std::uint64_t>(top)), (*this)(count); });
    (*this)(static_cast<std::uint64_t>(histogram.max()));
  }

  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  void operator()(std::uint64_t& value) { copy(&value, sizeof value); }
  void operator()(Span& span) { copy(&span, sizeof span); }
  void operator()(std::string& text) {
    text.resize(number());
    copy(text.data(), text.size());
  }
  void operator()(Tally& tally) {
    std::string phrase;
    for (auto left = number(); left > 0; --left) {
      (*this)(phrase);
      tally[phrase] = number();
    }
  }
  void operator()(Histogram& histogram) {
    for (auto left = number(); left > 0; --left) {
      const auto top = static_cast<std::int64_t>(number());
      histogram.record(top, number());
    }
    histogram.set_max(static_cast<std::int64_t>(number()));
  }

 private:
  std::uint64_t number() {
    std::uint64_t value = 0;
    (*this)(value);
    return value;
  }

  void copy(void* to, std::size_t size) {
    if (size > bytes_.size()) throw std::runtime_error("a worker's message ends too early");
    std::memcpy(to, bytes_.data(), size);
    bytes_.remove_prefix(size);
  }

  std::string_view bytes_;
};

struct Merger {
  void operator()(std::uint64_t& into, const std::uint64_t& from) const { into += from; }
  void operator()(Span& into, const Span& from) const { into.merge(from); }
  void operator()(Histogram& into, const Histogram& from) const { into.merge(from); }
  void operator()(Tally& into, const Tally& from) const {
    for (const auto& [phrase, count] : from) into[phrase] += count;
  }
};

template <typename Parts>
std::string pack(const Parts& parts) {
  Packer packer;
  Parts::each_part(packer, parts);
  return packer.take();
}

template <typename Parts>
Parts unpack(std::string_view bytes) {
  Parts parts;
  Parts::each_part(Unpacker(bytes), parts);
  return parts;
}

template <typename Parts>
void merge(Parts& into, const Parts& from) {
  Parts::each_part(Merger(), into, from);
}

}  // namespace chat::load
