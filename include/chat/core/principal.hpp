#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/person_id.hpp"
#include "chat/core/rights.hpp"

namespace chat {

/// The user that a token has shown. Immutable.
struct Identity {
  std::string subject;            // as the token names the user
  std::string user_id;            // public, see user_id_of_subject()
  std::string name;               // empty: the client chooses
  std::string info;               // public JSON; empty: none
  std::string token_id;           // empty: none
  UnixMs issued_at = 0;           // 0: not said
  UnixMs expires_at = 0;          // 0: never
  std::vector<RoomRights> rooms;  // what the token allows beside the rules
};

/// The person for whom a session speaks: a guest, known by a secret of its own or new, or the user of a token. All zero
/// before the client's first request.
struct Principal {
  PersonId person{};
  std::shared_ptr<const Identity> identity;  // null: a guest
  bool is_guest() const { return !identity; }
  std::string user_id() const { return identity ? identity->user_id : to_text(person); }
};

}  // namespace chat
