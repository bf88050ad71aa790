#pragma once

#include <string>
#include <string_view>

namespace chat {

/// `^[a-z0-9][a-z0-9_.-]{0,63}$`: nothing that means something to Redis, a URL, a shell or a log.
bool is_room_name(std::string_view name);

/// `^[a-z0-9][a-z0-9-]{0,31}$`: also a DNS label, since NGINX reaches nodes by it.
bool is_node_id(std::string_view id);

/// A person's name: 1 to kUserNameBytes of UTF-8 without control characters, not only blanks.
bool is_user_name(std::string_view name);

/// A person's id as nodes tell each other: 1 to 128 bytes of UTF-8 without blanks and control characters.
bool is_user_id(std::string_view id);

/// Who someone is, to others: an id nobody else can take and a name anybody can.
struct User {
  std::string id;
  std::string name;
  bool operator==(const User&) const = default;
};

}  // namespace chat
