#include "chat/codec/json/json_check.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <charconv>
#include <cstdint>
#include <list>
#include <span>
#include <utility>

#include "chat/base/json_text.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/json/json_view.hpp"
#include "codec/json/hex.hpp"

namespace chat {
namespace {

constexpr const char* kMalformed = "not JSON, or not as far as byte ";
constexpr const char* kHalf = "a text with half of a surrogate pair";
constexpr std::size_t kFewNames = 16;  // up to here each is compared with each; more are sorted

/// One pass over the text, nested as deep as the limit allows.
class Checker {
 public:
  Checker(std::string_view text, JsonLimits most)
      : begin_(text.data()), at_(begin_), end_(begin_ + text.size()), most_(most) {}

  std::optional<JsonFault> run() {
    if (!is_utf8(rest())) note("not UTF-8");
    skip_space();
    const bool whole = value() && (skip_space(), at_ == end_);
    if (why_ != nullptr) return JsonFault{why_, whole};
    if (whole) return std::nullopt;
    return JsonFault{kMalformed + std::to_string(at_ - begin_ + 1), false};
  }

 private:
  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }
  char peek() const { return at_ < end_ ? *at_ : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_space() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  /// Of a text that can be read on nevertheless.
  bool note(const char* why) {
    if (why_ == nullptr) why_ = why;
    return true;
  }

  bool value() {
    switch (peek()) {
      case '"':
        return string();
      case '{':
        return nested(&Checker::object);
      case '[':
        return nested(&Checker::array);
      case 't':
        return take("true");
      case 'f':
        return take("false");
      case 'n':
        return take("null");
      default:
        return number();
    }
  }

  bool nested(bool (Checker::*container)()) {
    if (depth_ == most_.depth) return note("nested too deeply") && skip();
    ++depth_;
    ++at_;
    skip_space();
    const bool good = (this->*container)();
    --depth_;
    return good;
  }

  /// Over a container, however deep.
  bool skip() {
    std::size_t open = 0;
    do {
      if (peek() == '"') {
        if (!string()) return false;
        continue;
      }
      if (at_ == end_) return false;
      if (*at_ == '{' || *at_ == '[') ++open;
      if (*at_ == '}' || *at_ == ']') --open;
      ++at_;
    } while (open > 0);
    return true;
  }

  void count_member() {
    if (++members_ > most_.members) note("too many members");
  }

  bool object() {
    const std::size_t first = names_.size();
    if (!take('}')) {
      do {
        skip_space();
        count_member();
        if (!name()) return false;
        skip_space();
        if (!take(':')) return false;
        skip_space();
        if (!value()) return false;
        skip_space();
      } while (take(','));
      if (!take('}')) return false;
    }
    if (why_ == nullptr && has_twin(first)) note("a member stands twice in one object");
    names_.resize(first);
    return true;
  }

  bool name() {
    const char* start = at_;
    if (peek() != '"' || !string()) return false;
    if (why_ != nullptr) return true;
    std::string_view inside(start + 1, static_cast<std::size_t>(at_ - start) - 2);
    if (inside.find('\\') != std::string_view::npos) inside = unescaped_.emplace_back(unescape_json(inside));
    if (inside == "__proto__") note("a member is named __proto__, which clients in JavaScript refuse");
    names_.push_back(inside);
    return true;
  }

  bool has_twin(std::size_t first) {
    const std::span names(names_.data() + first, names_.size() - first);
    if (names.size() > kFewNames) {
      std::sort(names.begin(), names.end());
      return std::adjacent_find(names.begin(), names.end()) != names.end();
    }
    for (auto name = names.begin(); name != names.end(); ++name) {
      if (std::find(names.begin(), name, *name) != name) return true;
    }
    return false;
  }

  bool array() {
    if (take(']')) return true;
    do {
      skip_space();
      count_member();
      if (!value()) return false;
      skip_space();
    } while (take(','));
    return take(']');
  }

  bool string() {
    for (++at_;;) {
      if (peek() != '\\') at_ += plain_json_size(rest());  // escapes come in rows
      if (take('"')) return true;
      if (!take('\\') || !escape()) return false;
    }
  }

  bool escape() {
    if (take('u')) {
      const unsigned unit = hex4();
      if (unit == kNoUnit) return false;
      if (unit < 0xD800 || unit >= 0xE000) return true;
      if (unit >= 0xDC00 || !take("\\u")) return note(kHalf);
      const unsigned low = hex4();
      return low != kNoUnit && ((low >= 0xDC00 && low < 0xE000) || note(kHalf));
    }
    if (std::string_view("\"\\/bfnrt").find(peek()) == std::string_view::npos) return false;
    ++at_;
    return true;
  }

  unsigned hex4() {
    const unsigned unit = code_unit(rest());
    if (unit != kNoUnit) at_ += 4;
    return unit;
  }

  bool digits() {
    const char* start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > start;
  }

  bool number() {
    const char* start = at_;
    take('-');
    if (!take('0') && !digits()) return false;
    bool whole = true;
    if (take('.')) {
      whole = false;
      if (!digits()) return false;
    }
    if (take('e') || take('E')) {
      whole = false;
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    double ignored = 0;
    const bool fits = (whole && at_ - start < 300) || std::from_chars(start, at_, ignored).ec == std::errc();
    return fits || note("a number that no double can hold");
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  JsonLimits most_;
  const char* why_ = nullptr;  // the first thing that is wrong
  std::size_t depth_ = 0;
  std::size_t members_ = 0;
  boost::container::small_vector<std::string_view, kFewNames> names_;  // of the objects that are open, outermost first
  std::list<std::string> unescaped_;                                   // the text of escaped names
};

}  // namespace

std::optional<JsonFault> check_json(std::string_view text, JsonLimits most) { return Checker(text, most).run(); }

std::optional<std::string> validate_json(std::string_view text, JsonLimits most) {
  if (auto fault = check_json(text, most)) return std::move(fault->why);
  return std::nullopt;
}

}  // namespace chat
