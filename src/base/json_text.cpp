#include "chat/base/json_text.hpp"

#include <cstdint>

#include "base/byte_block.hpp"

namespace chat {
namespace {

/// Of a byte, or of each of a block.
template <class Bytes>
auto is_special(const Bytes& b) {
  return b < std::uint8_t{0x20} || b == std::uint8_t{'"'} || b == std::uint8_t{'\\'};
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  static constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = static_cast<std::uint8_t>(c);
  out += "\\u00";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

}  // namespace

std::size_t plain_json_size(std::string_view text) {
  std::size_t size = 0;
  for (; text.size() - size >= ByteBlock::size(); size += ByteBlock::size()) {
    const auto special = is_special(byte_block(text.data() + size));
    if (any_of(special)) return size + static_cast<std::size_t>(find_first_set(special));
  }
  while (size < text.size() && !is_special(static_cast<std::uint8_t>(text[size]))) ++size;
  return size;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    const std::size_t plain = plain_json_size(text);
    out.append(text, 0, plain);
    if (plain == text.size()) break;
    append_escaped(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

std::string escape_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out.substr(1, out.size() - 2);
}

}  // namespace chat
