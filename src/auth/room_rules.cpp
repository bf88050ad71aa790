#include "chat/auth/room_rules.hpp"

#include <algorithm>
#include <deque>

#include "auth/personal_room.hpp"

namespace chat {

const RoomSettings* interned(const RoomSettings& settings) {
  static std::deque<RoomSettings> known;  // grows at its end: what is in it stays where it is
  const auto found = std::find(known.begin(), known.end(), settings);
  return found != known.end() ? &*found : &known.emplace_back(settings);
}

const RoomRule& RoomRules::rule_for(std::string_view room) const {
  static const RoomSettings no_settings;
  static const RoomRule no_rule{.settings = &no_settings};
  const auto names_room = [room](const std::string& pattern) { return matches_room(pattern, room); };
  const auto found = std::find_if(rules_.begin(), rules_.end(), [&](const RoomRule& rule) {
    return std::any_of(rule.patterns.begin(), rule.patterns.end(), names_room);
  });
  return found != rules_.end() ? *found : no_rule;
}

Access RoomRules::access(const Principal& principal, std::string_view room) const {
  const RoomRule& rule = rule_for(room);
  Rights rights = principal.is_guest() ? rule.guest : rule.user;
  bool may_create = principal.is_guest() ? rule.creators.guest : rule.creators.user;
  const Rights granted = principal.is_guest() ? Rights() : rights_in(principal.identity->rooms, room);
  if (!granted.empty()) {
    rights.add(granted);
    rights.add(rule.members);
    may_create = may_create || rule.creators.members;
  }
  if (!rule.users.empty()) {
    const auto named = rule.users.find(principal.user_id());
    if (named != rule.users.end()) {
      rights.add(named->second);
      may_create = may_create || rule.creators.users;
    }
  }
  return {in_personal_room(rights, room, principal), rule.settings, may_create};
}

}  // namespace chat
