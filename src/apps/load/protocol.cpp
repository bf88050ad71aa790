#include "apps/load/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>

namespace chat::load {
namespace {

/// Walks over JSON that is taken to be valid; on anything else it stops somewhere inside the text.
class Cursor {
 public:
  explicit Cursor(std::string_view json) : at_(json.data()), end_(json.data() + json.size()) {}

  bool take(char wanted) {
    skip_space();
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }

  bool take_string(std::string_view& text) {
    if (!take('"')) return false;
    const char* const begin = at_;
    for (;;) {
      const auto* quote = static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
      if (quote == nullptr) return false;
      const char* before = quote;
      while (before != begin && before[-1] == '\\') --before;
      at_ = quote + 1;
      if ((quote - before) % 2 == 0) {
        text = {begin, static_cast<std::size_t>(quote - begin)};
        return true;
      }
    }
  }

  /// A number, literal, string, array or object, as raw text.
  bool take_value(std::string_view& text) {
    skip_space();
    const char* const begin = at_;
    if (at_ == end_) return false;
    std::string_view ignored;
    if (*at_ == '"') {
      if (!take_string(ignored)) return false;
    } else if (*at_ == '{' || *at_ == '[') {
      if (!skip_nested()) return false;
    } else {
      while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ' ') ++at_;
    }
    text = {begin, static_cast<std::size_t>(at_ - begin)};
    return true;
  }

 private:
  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }

  bool skip_nested() {
    int depth = 0;
    std::string_view ignored;
    while (at_ != end_) {
      if (*at_ == '"') {
        if (!take_string(ignored)) return false;
        continue;
      }
      if (*at_ == '{' || *at_ == '[') ++depth;
      if (*at_ == '}' || *at_ == ']') --depth;
      ++at_;
      if (depth == 0) return true;
    }
    return false;
  }

  const char* at_;
  const char* end_;
};

std::string_view unquoted(std::string_view value) {
  return value.size() >= 2 && value.front() == '"' ? value.substr(1, value.size() - 2) : std::string_view();
}

std::uint64_t number(std::string_view value) {
  std::uint64_t result = 0;
  std::from_chars(value.data(), value.data() + value.size(), result);
  return result;
}

void store(ServerObject& object, std::string_view key, std::string_view value) {
  if (key == "type")
    object.type = unquoted(value);
  else if (key == "room")
    object.room = unquoted(value);
  else if (key == "epoch")
    object.epoch = unquoted(value);
  else if (key == "offset")
    object.offset = number(value);
  else if (key == "text")
    object.text = unquoted(value);
  else if (key == "node")
    object.node = unquoted(value);
  else if (key == "id")
    object.id = number(value);
  else if (key == "duplicate")
    object.duplicate = value == "true";
  else if (key == "code")
    object.code = unquoted(value);
  else if (key == "message")
    object.message = unquoted(value);
  else if (key == "retry_after_ms")
    object.retry_after_ms = number(value);
}

constexpr std::uint8_t kNotHex = 0xff;

std::uint8_t hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return kNotHex;
}

/// Reads `digits` hexadecimal digits, and passes the byte after them if there is one.
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

constexpr std::int64_t kMaxLate = 0xffffffff;  // microseconds

}  // namespace

bool scan(std::string_view json, ServerObject& object) {
  object = {};
  Cursor cursor(json);
  if (!cursor.take('{')) return false;
  if (cursor.take('}')) return true;
  do {
    std::string_view key;
    std::string_view value;
    if (!cursor.take_string(key) || !cursor.take(':') || !cursor.take_value(value)) return false;
    store(object, key, value);
  } while (cursor.take(','));
  return cursor.take('}');
}

// Microseconds from due to sent are enough, and keep the stamp short.
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
