#include "chat/core/names.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/base/utf8.hpp"
#include "chat/core/limits.hpp"

namespace chat {
namespace {

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

constexpr std::string_view kGroupPrefix = "x--";
constexpr std::int32_t kJoiner = 0x200D;        // glues emoji into one: a family, a profession
constexpr std::int32_t kPresentation = 0xFE0F;  // "as an emoji, not as text"
constexpr std::int32_t kBlankBraille = 0x2800;  // the one blank that has a visible category

/// A code point and its Unicode properties.
struct Letter {
  std::int32_t code;
  utf8proc_category_t category;
  bool is_pictograph;
  bool is_ignorable;

  explicit Letter(std::int32_t c) : code(c) {
    const utf8proc_property_t* const property = utf8proc_get_property(c);
    category = static_cast<utf8proc_category_t>(property->category);
    is_pictograph = property->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
    is_ignorable = property->ignorable;
  }
  bool is_forbidden() const {
    switch (category) {
      case UTF8PROC_CATEGORY_CC:
      case UTF8PROC_CATEGORY_CF:
      case UTF8PROC_CATEGORY_CS:
      case UTF8PROC_CATEGORY_CO:
      case UTF8PROC_CATEGORY_ZL:
      case UTF8PROC_CATEGORY_ZP:
        return true;
      default:
        return (code & 0xFFFE) == 0xFFFE || (code >= 0xFDD0 && code <= 0xFDEF);  // noncharacters
    }
  }
  bool is_visible() const {
    const bool is_mark =
        category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
    return category != UTF8PROC_CATEGORY_ZS && !is_mark && !is_ignorable && code != kBlankBraille;
  }
  /// Stands between an emoji and a joiner.
  bool is_emoji_modifier() const { return code == kPresentation || (code >= 0x1F3FB && code <= 0x1F3FF); }
};

/// Follows the rule letter by letter.
class NameCheck {
 public:
  bool feed(const Letter& letter) {
    if (joined_ && !letter.is_pictograph) return false;
    if (letter.code == kJoiner) {
      joined_ = true;
      return joinable_;
    }
    joined_ = false;
    joinable_ = letter.is_pictograph || (joinable_ && letter.is_emoji_modifier());
    visible_ = visible_ || letter.is_visible();
    return !letter.is_forbidden();
  }
  bool complete() const { return visible_ && !joined_; }

 private:
  bool joinable_ = false;  // an emoji stands before
  bool joined_ = false;    // a joiner stands before
  bool visible_ = false;
};

bool is_plain_room(std::string_view name) {
  if (name.empty() || name.size() > limits::kRoomNameBytes || !is_lower_or_digit(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_lower_or_digit(c) || c == '_' || c == '.' || c == '-'; });
}

bool is_group_name(std::string_view name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (name.empty() || name.size() > limits::kGroupNameBytes || !is_utf8(name)) return false;
  if (std::any_of(name.begin(), name.end(), is_control)) return false;
  for (auto c1 = name.find('\xc2'); c1 != std::string_view::npos; c1 = name.find('\xc2', c1 + 1)) {
    if (static_cast<unsigned char>(name[c1 + 1]) < 0xa0) return false;  // U+0080 to U+009F
  }
  return true;
}

/// The group name behind a room's name, if the encoding is the only valid one; empty: none.
std::string decoded_group(std::string_view room) {
  if (!room.starts_with(kGroupPrefix)) return {};
  auto group = from_base32(room.substr(kGroupPrefix.size()));
  return is_group_name(group) && room_of_group(group) == room ? group : std::string();
}

}  // namespace

bool is_room_name(std::string_view name) {
  return is_plain_room(name) || (name.starts_with(kGroupPrefix) && !decoded_group(name).empty());
}

std::string room_of_group(std::string_view group) {
  if (is_plain_room(group) || !is_group_name(group)) return std::string(group);
  return std::string(kGroupPrefix) + to_base32(group);
}

std::string group_of_room(std::string_view room) {
  auto group = decoded_group(room);
  return group.empty() ? std::string(room) : group;
}

bool is_node_id(std::string_view id) {
  if (id.empty() || id.size() > 32 || !is_lower_or_digit(id.front())) return false;
  return std::all_of(id.begin(), id.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_user_name(std::string_view name) {
  if (name.size() > limits::kUserNameBytes || !is_utf8(name)) return false;
  NameCheck check;
  const auto* next = reinterpret_cast<const utf8proc_uint8_t*>(name.data());
  auto left = static_cast<utf8proc_ssize_t>(name.size());
  while (left > 0) {
    utf8proc_int32_t code = 0;
    const auto size = utf8proc_iterate(next, left, &code);
    if (size <= 0 || !check.feed(Letter(code))) return false;
    next += size;
    left -= size;
  }
  return check.complete();
}

std::optional<std::string> to_user_name(std::string_view name) {
  if (!is_user_name(name)) return std::nullopt;
  utf8proc_uint8_t* made = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()), static_cast<utf8proc_ssize_t>(name.size()),
                   &made, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(made, &std::free);
  if (size <= 0) return std::nullopt;
  std::string normal(reinterpret_cast<const char*>(made), static_cast<std::size_t>(size));
  return is_user_name(normal) ? std::optional(std::move(normal)) : std::nullopt;
}

bool is_user_id(std::string_view id) {
  const auto is_visible = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7f; };
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), is_visible) && is_utf8(id);
}

}  // namespace chat
