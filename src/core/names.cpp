#include "chat/core/names.hpp"

#include <algorithm>

#include "chat/base/utf8.hpp"
#include "chat/core/limits.hpp"

namespace chat {
namespace {

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_room_name(std::string_view name) {
  if (name.empty() || name.size() > limits::kRoomNameBytes || !is_lower_or_digit(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_lower_or_digit(c) || c == '_' || c == '.' || c == '-'; });
}

bool is_node_id(std::string_view id) {
  if (id.empty() || id.size() > 32 || !is_lower_or_digit(id.front())) return false;
  return std::all_of(id.begin(), id.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_user_name(std::string_view name) {
  if (name.empty() || name.size() > limits::kUserNameBytes || !is_utf8(name)) return false;
  const bool control =
      std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return !control && name.find_first_not_of(' ') != std::string_view::npos;
}

bool is_user_id(std::string_view id) {
  const auto is_visible = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7f; };
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), is_visible) && is_utf8(id);
}

}  // namespace chat
