#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chat {

/// `^[a-z0-9][a-z0-9_.-]{0,63}$`, or a group's room: nothing that means something to Redis, a URL, a shell or a log.
bool is_room_name(std::string_view name);

/// The room of a group in protocols where groups have names of any kind: the name itself where a room may have it, else
/// "x--" and the name in base32. A name is 1 to kGroupNameBytes of UTF-8 without control characters; another is given
/// back as it is, and no room has it.
std::string room_of_group(std::string_view group);
/// And back.
std::string group_of_room(std::string_view room);

/// `^[a-z0-9][a-z0-9-]{0,31}$`: also a DNS label, since NGINX reaches nodes by it.
bool is_node_id(std::string_view id);

/// A person's name: 1 to kUserNameBytes of UTF-8 with at least one visible character, and without control, format and
/// private-use characters, noncharacters, line and paragraph separators. Zero-width joiners between emoji are allowed.
/// The page has the same rule (web/text.js).
bool is_user_name(std::string_view name);

/// A person's id as nodes tell each other: 1 to 128 bytes of UTF-8 without blanks and control characters.
bool is_user_id(std::string_view id);
/// The name as nodes keep and show it, in Unicode's normal form C: two names that look the same are then the same
/// bytes. Empty when it is not a user name.
std::optional<std::string> to_user_name(std::string_view name);

/// A user as others see it: an id that no other user can take, and a name that any user can.
struct User {
  std::string id;
  std::string name;
  std::string info{};  // JSON that a token or the application has given for others to see in a room; empty: none
  bool operator==(const User&) const = default;
};

}  // namespace chat
