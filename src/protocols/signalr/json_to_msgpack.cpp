#include "protocols/signalr/json_to_msgpack.hpp"

#include <algorithm>
#include <bit>
#include <boost/container/small_vector.hpp>
#include <charconv>
#include <concepts>
#include <limits>
#include <optional>

#include "chat/codec/json/json_view.hpp"

namespace chat {
namespace {

template <std::unsigned_integral Number>
void append_big_endian(std::string& out, Number value) {
  for (int shift = std::numeric_limits<Number>::digits - 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(value >> shift);
  }
}

template <std::unsigned_integral Number>
void append_typed(std::string& out, unsigned type, Number value) {
  out += static_cast<char>(type);
  append_big_endian(out, value);
}

/// How a size is written in front of what has it: within the first byte, or behind a byte that says how long it is.
struct Sizes {
  unsigned fixed;
  std::size_t max_fixed;
  std::optional<unsigned> in8;
  unsigned in16, in32;
};
constexpr Sizes kText{0xa0, 31, 0xd9, 0xda, 0xdb};
constexpr Sizes kArray{0x90, 15, std::nullopt, 0xdc, 0xdd};
constexpr Sizes kMap{0x80, 15, std::nullopt, 0xde, 0xdf};

void append_size(std::string& out, const Sizes& sizes, std::size_t size) {
  if (size <= sizes.max_fixed) {
    out += static_cast<char>(sizes.fixed | size);
  } else if (sizes.in8 && size <= 0xff) {
    append_typed(out, *sizes.in8, static_cast<std::uint8_t>(size));
  } else if (size <= 0xffff) {
    append_typed(out, sizes.in16, static_cast<std::uint16_t>(size));
  } else {
    append_typed(out, sizes.in32, static_cast<std::uint32_t>(size));
  }
}

void append_negative(std::string& out, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= -32) {
    out += static_cast<char>(value);
  } else if (value >= std::numeric_limits<std::int8_t>::min()) {
    append_typed(out, 0xd0, static_cast<std::uint8_t>(bits));
  } else if (value >= std::numeric_limits<std::int16_t>::min()) {
    append_typed(out, 0xd1, static_cast<std::uint16_t>(bits));
  } else if (value >= std::numeric_limits<std::int32_t>::min()) {
    append_typed(out, 0xd2, static_cast<std::uint32_t>(bits));
  } else {
    append_typed(out, 0xd3, bits);
  }
}

/// In half the bytes where that loses nothing.
void append_real(std::string& out, double value) {
  using Float = std::numeric_limits<float>;
  if (value >= double{Float::lowest()} && value <= double{Float::max()} && double{static_cast<float>(value)} == value) {
    append_typed(out, 0xca, std::bit_cast<std::uint32_t>(static_cast<float>(value)));
  } else {
    append_typed(out, 0xcb, std::bit_cast<std::uint64_t>(value));
  }
}

/// Walks the text. What a size stands in front of is written behind one byte for it, and moved if that is too small.
class Writer {
 public:
  Writer(std::string& out, std::string_view json) : out_(out), rest_(json) {}

  void value() {
    skip_space();
    switch (rest_.front()) {
      case '"':
        text();
        break;
      case '{':
        object();
        break;
      case '[':
        array();
        break;
      case 't':
        word(0xc3, 4);
        break;
      case 'f':
        word(0xc2, 5);
        break;
      case 'n':
        word(0xc0, 4);
        break;
      default:
        number();
    }
  }

 private:
  /// Where it stands in out_, its name with the header, and the name alone.
  struct Member {
    std::size_t begin, name, name_end, end;
  };
  using Members = boost::container::small_vector<Member, 16>;

  void skip_space() {
    while (rest_.front() == ' ' || rest_.front() == '\n' || rest_.front() == '\r' || rest_.front() == '\t') {
      rest_.remove_prefix(1);
    }
  }
  bool take(char c) {
    skip_space();
    if (rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void word(unsigned byte, std::size_t size) {
    out_ += static_cast<char>(byte);
    rest_.remove_prefix(size);
  }

  std::size_t open() {
    out_ += '\0';
    return out_.size();
  }
  /// What has begun at `begin` has this size. Returns the bytes its header has taken beside the first.
  std::size_t close(std::size_t begin, const Sizes& sizes, std::size_t size) {
    std::string header;
    append_size(header, sizes, size);
    out_[begin - 1] = header[0];
    out_.insert(begin, header, 1);
    return header.size() - 1;
  }

  /// Where it stands, without the header.
  std::size_t text() {
    const std::size_t begin = open();
    rest_.remove_prefix(1);
    rest_.remove_prefix(append_unescaped(out_, rest_) + 1);
    return begin + close(begin, kText, out_.size() - begin);
  }

  void array() {
    const std::size_t begin = open();
    rest_.remove_prefix(1);
    std::size_t count = 0;
    while (!take(']')) {
      value();
      ++count;
      take(',');
    }
    close(begin, kArray, count);
  }

  void object() {
    const std::size_t begin = open();
    rest_.remove_prefix(1);
    Members members;
    while (!take('}')) {
      Member member{out_.size(), text(), out_.size(), 0};
      take(':');
      value();
      member.end = out_.size();
      members.push_back(member);
      take(',');
    }
    close(begin, kMap, put_in_order(begin, members));
  }

  /// The number of them.
  std::size_t put_in_order(std::size_t begin, Members& members) {
    const auto name = [this](const Member& m) { return std::string_view(out_).substr(m.name, m.name_end - m.name); };
    const auto less = [name](const Member& left, const Member& right) { return name(left) < name(right); };
    const auto no_less = [less](const Member& left, const Member& right) { return !less(left, right); };
    if (std::adjacent_find(members.begin(), members.end(), no_less) == members.end()) return members.size();
    std::sort(members.begin(), members.end(), [&](const Member& left, const Member& right) {
      const int order = name(left).compare(name(right));
      return order < 0 || (order == 0 && left.begin < right.begin);
    });
    std::string ordered;
    std::size_t count = 0;
    for (auto member = members.begin(); member != members.end(); ++member) {
      if (member + 1 != members.end() && name(*member) == name(*(member + 1))) continue;
      ordered.append(out_, member->begin, member->end - member->begin);
      ++count;
    }
    out_.replace(begin, std::string::npos, ordered);
    return count;
  }

  void number() {
    const auto raw = rest_.substr(0, rest_.find_first_not_of("+-.0123456789Ee"));
    rest_.remove_prefix(raw.size());
    const auto read = [raw](auto value) {
      const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
      const bool whole = error == std::errc() && end == raw.data() + raw.size();
      return whole ? std::optional(value) : std::nullopt;
    };
    if (const auto positive = read(std::uint64_t{})) return append_msgpack_number(out_, *positive);
    const auto negative = read(std::int64_t{});
    if (negative && *negative < 0) return append_negative(out_, *negative);
    if (negative) return append_msgpack_number(out_, 0);  // -0
    append_real(out_, read(double{}).value_or(0));
  }

  std::string& out_;
  std::string_view rest_;
};

}  // namespace

void append_msgpack_number(std::string& out, std::uint64_t value) {
  if (value <= 0x7f) {
    out += static_cast<char>(value);
  } else if (value <= 0xff) {
    append_typed(out, 0xcc, static_cast<std::uint8_t>(value));
  } else if (value <= 0xffff) {
    append_typed(out, 0xcd, static_cast<std::uint16_t>(value));
  } else if (value <= 0xffffffff) {
    append_typed(out, 0xce, static_cast<std::uint32_t>(value));
  } else {
    append_typed(out, 0xcf, value);
  }
}

void append_msgpack_text(std::string& out, std::string_view text) {
  append_size(out, kText, text.size());
  out += text;
}

void append_msgpack_of_json(std::string& out, std::string_view json) { Writer(out, json).value(); }

}  // namespace chat
