#include "chat/core/rights.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "chat/core/names.hpp"

namespace chat {
namespace {

constexpr std::array<std::pair<std::string_view, Right>, 7> kNames{{{"join", Right::join},
                                                                    {"history", Right::history},
                                                                    {"send", Right::send},
                                                                    {"typing", Right::typing},
                                                                    {"presence", Right::presence},
                                                                    {"moderate", Right::moderate},
                                                                    {"admin", Right::admin}}};

bool is_pattern_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '*';
}

}  // namespace

std::optional<Right> to_right(std::string_view name) {
  for (const auto& [known, right] : kNames) {
    if (known == name) return right;
  }
  return std::nullopt;
}

std::vector<std::string_view> names_of(Rights rights) {
  std::vector<std::string_view> names;
  for (const auto& [name, right] : kNames) {
    if (rights.has(right)) names.push_back(name);
  }
  return names;
}

std::string to_text(Rights rights, std::string_view between) {
  std::string text;
  for (const auto name : names_of(rights)) {
    if (!text.empty()) text += between;
    text += name;
  }
  return text;
}

bool is_room_pattern(std::string_view pattern) {
  if (is_room_name(pattern)) return true;
  return !pattern.empty() && pattern.size() <= kRoomPatternBytes && pattern.find('*') != std::string_view::npos &&
         std::all_of(pattern.begin(), pattern.end(), is_pattern_letter);
}

/// Only the last `*` may need another length: an earlier one has met the first place that fits.
bool matches_room(std::string_view pattern, std::string_view room) {
  std::size_t at = 0;
  std::size_t star = std::string_view::npos;  // the last one met
  std::size_t retry = 0;                      // the room's character that this star takes next
  for (std::size_t i = 0; i < room.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      retry = i;
    } else if (at < pattern.size() && pattern[at] == room[i]) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

Rights rights_in(std::span<const RoomRights> grants, std::string_view room) {
  Rights rights;
  for (const auto& grant : grants) {
    if (matches_room(grant.pattern, room)) rights.add(grant.rights);
  }
  return rights;
}

bool is_operator(std::span<const RoomRights> grants) {
  return std::any_of(grants.begin(), grants.end(),
                     [](const RoomRights& grant) { return grant.pattern == "*" && grant.rights.has(Right::admin); });
}

}  // namespace chat
