#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace chat::load {

/// Scans JSON that it assumes to be valid; in other text it stops somewhere inside. Strings are the raw bytes between
/// the quotes.
///
/// A worker reads deliveries on the thread that also measures their latency, so reading time would count as latency of
/// the servers. nlohmann::json allocates a tree for each frame; the cursor copies and allocates nothing.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view json) : at_(json.data()), end_(json.data() + json.size()) {}

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

  /// Takes a number, literal, string, array or object, as raw text.
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
      while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']' && *at_ != ' ') ++at_;
    }
    text = {begin, static_cast<std::size_t>(at_ - begin)};
    return true;
  }

  /// Calls `note(name, value)` for each member of an object; false if there is none, or its end is missing.
  template <class Note>
  bool take_members(Note note) {
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      std::string_view name;
      std::string_view value;
      if (!take_string(name) || !take(':') || !take_value(value)) return false;
      note(name, value);
    } while (take(','));
    return take('}');
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

/// The text of a raw JSON string; nothing of any other value.
inline std::string_view unquoted(std::string_view value) {
  return value.size() >= 2 && value.front() == '"' ? value.substr(1, value.size() - 2) : std::string_view();
}

}  // namespace chat::load
