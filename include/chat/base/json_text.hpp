#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace chat {

/// How many bytes at the front of `text` stand in a JSON string as they are: up to a quote, a backslash or a control
/// character (RFC 8259 §7). The inner loop of all reading and writing of JSON.
std::size_t plain_json_size(std::string_view text);

/// Appends `text` (valid UTF-8) as a JSON string with its quotes (RFC 8259 §7). The hot path writes JSON with this
/// alone; parsing belongs to the codecs.
void append_json_string(std::string& out, std::string_view text);

/// The same without its quotes.
std::string escape_json(std::string_view text);

template <std::integral Number>
void append_number(std::string& out, Number value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace chat
