#include "backplane/postgres/params.hpp"

namespace chat::postgres {
namespace {

constexpr std::uint32_t kBytea = 17, kBigint = 20, kText = 25;  // pg_type.oid
constexpr std::size_t kHeaderBytes = 20;

template <class Number>
void append_big_endian(std::string& out, Number value) {
  for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift & 0xff);
  }
}

/// One dimension that begins with 1, or none where the array is empty.
std::string array_of(std::uint32_t type, std::size_t size, std::size_t bytes) {
  std::string out;
  out.reserve(kHeaderBytes + bytes + 4 * size);
  append_big_endian(out, std::uint32_t{size == 0 ? 0U : 1U});
  append_big_endian(out, std::uint32_t{0});  // no nulls
  append_big_endian(out, type);
  if (size == 0) return out;
  append_big_endian(out, static_cast<std::uint32_t>(size));
  append_big_endian(out, std::uint32_t{1});
  return out;
}

std::string array_of(std::uint32_t type, std::span<const std::string_view> values) {
  std::size_t bytes = 0;
  for (const auto value : values) bytes += value.size();
  std::string out = array_of(type, values.size(), bytes);
  for (const auto value : values) {
    append_big_endian(out, static_cast<std::uint32_t>(value.size()));
    out += value;
  }
  return out;
}

}  // namespace

Params& Params::text(std::string_view value) {
  values_.emplace_back(value);
  return *this;
}

Params& Params::number(std::uint64_t value) {
  append_big_endian(values_.emplace_back(), value);
  return *this;
}

Params& Params::texts(std::span<const std::string_view> values) {
  values_.push_back(array_of(kText, values));
  return *this;
}

Params& Params::byteas(std::span<const std::string_view> values) {
  values_.push_back(array_of(kBytea, values));
  return *this;
}

Params& Params::numbers(std::span<const std::uint64_t> values) {
  std::string& out = values_.emplace_back(array_of(kBigint, values.size(), 8 * values.size()));
  for (const auto value : values) {
    append_big_endian(out, std::uint32_t{8});
    append_big_endian(out, value);
  }
  return *this;
}

}  // namespace chat::postgres
