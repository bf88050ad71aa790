#include "apps/load/dialect/stamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace chat::load {
namespace {

constexpr std::uint8_t kNotHex = 0xff;
constexpr std::int64_t kMaxLate = 0xffffffff;  // microseconds

std::uint8_t hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return kNotHex;
}

/// Reads `digits` hexadecimal digits and skips the byte after them, if there is one.
bool take_hex(std::string_view& text, std::size_t digits, std::uint64_t& value) {
  value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const auto digit = hex_digit(text[i]);
    if (digit == kNotHex) return false;
    value = value << 4 | digit;
  }
  text.remove_prefix(std::min(digits + 1, text.size()));
  return true;
}

}  // namespace

// The stamp holds the delay from due to sent in microseconds, which keeps it short.
void append_stamp(std::string& out, std::string_view run, const Stamp& stamp) {
  const auto late = std::clamp<std::int64_t>((stamp.sent - stamp.due) / 1000, 0, kMaxLate);
  fmt::format_to(std::back_inserter(out), "{} {:06x} {:08x} {:016x} {:08x}", run, stamp.sender, stamp.n, stamp.due,
                 late);
}

std::optional<Stamp> read_stamp(std::string_view text, std::string_view run) {
  if (text.size() < Stamp::kBytes || !text.starts_with(run) || text[run.size()] != ' ') return std::nullopt;
  text.remove_prefix(run.size() + 1);
  std::uint64_t sender = 0;
  std::uint64_t n = 0;
  std::uint64_t due = 0;
  std::uint64_t late = 0;
  if (!take_hex(text, 6, sender) || !take_hex(text, 8, n) || !take_hex(text, 16, due) || !take_hex(text, 8, late)) {
    return std::nullopt;
  }
  Stamp stamp;
  stamp.sender = static_cast<std::uint32_t>(sender);
  stamp.n = static_cast<std::uint32_t>(n);
  stamp.due = static_cast<std::int64_t>(due);
  stamp.sent = stamp.due + static_cast<std::int64_t>(late) * 1000;
  return stamp;
}

}  // namespace chat::load
