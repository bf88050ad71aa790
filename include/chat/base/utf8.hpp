#pragma once

#include <cstdint>
#include <string_view>

namespace chat {

/// Checks UTF-8 (RFC 3629) that arrives in pieces: a code point may be split between two calls.
class Utf8Validator {
 public:
  /// False as soon as the bytes so far cannot begin a valid text.
  bool feed(std::string_view bytes);
  /// True when no code point is left unfinished.
  bool complete() const { return needed_ == 0; }

 private:
  std::uint8_t needed_ = 0;  // continuation bytes still to come
  std::uint8_t low_ = 0x80;  // allowed range of the next one
  std::uint8_t high_ = 0xBF;
};

/// Whether there is neither a control character (but DEL) nor anything beyond ASCII in it. A few instructions a block.
bool is_printable_ascii(std::string_view text);

inline bool is_utf8(std::string_view text) {
  Utf8Validator validator;
  return validator.feed(text) && validator.complete();
}

}  // namespace chat
