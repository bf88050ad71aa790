#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace chat {

/// No UTF-16 code unit.
inline constexpr unsigned kNoUnit = 0x10000;

/// The code unit in the four digits at the front of `text` (\u of RFC 8259 §7).
inline unsigned code_unit(std::string_view text) {
  static constexpr auto kDigits = [] {
    std::array<unsigned, 256> values{};
    values.fill(kNoUnit);
    for (unsigned i = 0; i < 10; ++i) values['0' + i] = i;
    for (unsigned i = 0; i < 6; ++i) values['a' + i] = values['A' + i] = 10 + i;
    return values;
  }();
  if (text.size() < 4) return kNoUnit;
  const auto digit = [text](std::size_t at) { return kDigits[static_cast<std::uint8_t>(text[at])]; };
  const unsigned first = digit(0), second = digit(1), third = digit(2), fourth = digit(3);
  if ((first | second | third | fourth) & kNoUnit) return kNoUnit;
  return first << 12 | second << 8 | third << 4 | fourth;
}

}  // namespace chat
