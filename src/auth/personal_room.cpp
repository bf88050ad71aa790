#include "auth/personal_room.hpp"

#include <algorithm>

#include "chat/core/person_id.hpp"

namespace chat {
namespace {

constexpr std::string_view kDirect = "dm.";
constexpr std::string_view kInbox = "inbox.";

/// As others see a person, see core/person_id.hpp: letters, digits, `_` and `-`.
bool is_public_id(std::string_view text) { return user_id_of(text) == text; }

Rights in_direct_room(Rights rights, std::string_view ids, const Principal& principal) {
  const auto dot = std::min(ids.find('.'), ids.size());
  const auto first = ids.substr(0, dot);
  const auto second = ids.substr(std::min(dot + 1, ids.size()));
  // Two orders would be two rooms, and the two users could miss each other.
  if (!is_public_id(first) || !is_public_id(second) || first > second) return {};
  const auto id = principal.user_id();
  return id == first || id == second ? rights : Rights();
}

Rights in_inbox(Rights rights, std::string_view owner, const Principal& principal) {
  if (!is_public_id(owner)) return {};
  if (principal.user_id() == owner) return rights;
  return rights.has(Right::send) ? Rights{Right::send} : Rights();
}

}  // namespace

Rights in_personal_room(Rights rights, std::string_view room, const Principal& principal) {
  const bool is_direct = room.starts_with(kDirect);
  if (!is_direct && !room.starts_with(kInbox)) return rights;
  rights.remove({Right::moderate});
  return is_direct ? in_direct_room(rights, room.substr(kDirect.size()), principal)
                   : in_inbox(rights, room.substr(kInbox.size()), principal);
}

}  // namespace chat
