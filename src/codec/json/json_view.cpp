#include "chat/codec/json/json_view.hpp"

#include <algorithm>
#include <charconv>

#include "chat/base/json_text.hpp"
#include "codec/json/hex.hpp"

namespace chat {
namespace {

constexpr unsigned kReplacement = 0xFFFD;  // of half a pair, which only unusable text has

constexpr bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// How many bytes the string at the front takes, with its quotes.
std::size_t string_size(std::string_view text) {
  for (std::size_t end = 1;; end += 2) {  // an escaped quote does not end it
    if (text[end] != '\\') end += plain_json_size(text.substr(end));
    if (text[end] == '"') return end + 1;
  }
}

void append_utf8(std::string& out, unsigned point) {
  const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
  const auto put_rest = [&](unsigned shift) { put(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | (point >> 6));
    put_rest(0);
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12));
    put_rest(6);
    put_rest(0);
  } else {
    put(0xF0 | (point >> 18));
    put_rest(12);
    put_rest(6);
    put_rest(0);
  }
}

char unescaped(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;  // the quote, the slashes
  }
}

}  // namespace

std::size_t append_unescaped(std::string& out, std::string_view text) {
  for (std::size_t at = 0;;) {
    const std::size_t plain = text.substr(at, 1) == "\\" ? 0 : plain_json_size(text.substr(at));
    out.append(text, at, plain);
    at += plain;
    if (at == text.size() || text[at] != '\\') return at;
    at += 2;
    if (text[at - 1] != 'u') {
      out += unescaped(text[at - 1]);
      continue;
    }
    const unsigned unit = code_unit(text.substr(at));
    at += 4;
    if (unit < 0xD800 || unit >= 0xE000) {
      append_utf8(out, unit);
      continue;
    }
    const bool is_first = unit < 0xDC00 && text.substr(at).starts_with("\\u");  // of a pair (RFC 8259 §7)
    const unsigned second = is_first ? code_unit(text.substr(at + 2)) : 0;
    const bool is_pair = second >= 0xDC00 && second < 0xE000;
    if (is_pair) at += 6;
    append_utf8(out, is_pair ? 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00) : kReplacement);
  }
}

std::string unescape_json(std::string_view inside) {
  std::string out;
  out.reserve(inside.size());
  append_unescaped(out, inside);
  return out;
}

JsonView::JsonView(std::string_view raw) : raw_(raw) {
  while (is_space(raw_.front())) raw_.remove_prefix(1);
  while (is_space(raw_.back())) raw_.remove_suffix(1);
}

JsonView::Kind JsonView::kind() const {
  switch (raw_.front()) {
    case '"':
      return Kind::text;
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    default:
      return raw_.find_first_of(".eE") == std::string_view::npos ? Kind::integer : Kind::real;
  }
}

std::string JsonView::compact() const {
  std::string out;
  out.reserve(raw_.size());
  for (std::size_t i = 0; i < raw_.size();) {
    if (raw_[i] == '"') {
      const std::size_t size = string_size(raw_.substr(i));
      out.append(raw_, i, size);
      i += size;
    } else {
      if (!is_space(raw_[i])) out += raw_[i];
      ++i;
    }
  }
  return out;
}

std::string JsonView::text() const { return unescape_json(raw_.substr(1, raw_.size() - 2)); }

bool JsonView::equals(std::string_view text) const {
  if (!is(Kind::text)) return false;
  const auto inside = raw_.substr(1, raw_.size() - 2);
  return inside == text || (inside.find('\\') != std::string_view::npos && unescape_json(inside) == text);
}

std::optional<std::uint64_t> JsonView::number() const {
  std::uint64_t value = 0;
  const auto end = raw_.data() + raw_.size();
  const auto [stop, error] = std::from_chars(raw_.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<JsonView> JsonView::find(std::string_view name) const {
  std::optional<JsonView> found;
  for_each_member([&](std::string_view key, JsonView value) {
    if (JsonView(key).equals(name)) found = value;
  });
  return found;
}

void JsonView::skip_to_part(std::string_view& text) {
  while (!text.empty() && (is_space(text.front()) || text.front() == ',' || text.front() == ':')) text.remove_prefix(1);
}

std::string_view JsonView::take_value(std::string_view& text) {
  std::size_t end = 0;
  if (text[0] == '"') {
    end = string_size(text);
  } else if (text[0] == '{' || text[0] == '[') {
    std::size_t depth = 0;
    do {
      if (text[end] == '"') {
        end += string_size(text.substr(end));
        continue;
      }
      if (text[end] == '{' || text[end] == '[') ++depth;
      if (text[end] == '}' || text[end] == ']') --depth;
      ++end;
    } while (depth > 0);
  } else {
    while (end < text.size() && text[end] != ',' && !is_space(text[end])) ++end;
  }
  const auto value = text.substr(0, end);
  text.remove_prefix(end);
  return value;
}

}  // namespace chat
