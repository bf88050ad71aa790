#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/person_id.hpp"
#include "chat/core/rights.hpp"

namespace chat {

/// The name, rights and end that the application has given a session beside the token. A newer token of the user leaves
/// them.
struct Grant {
  std::string token_subject;  // of the token that the application was told; empty: none
  struct Name {
    std::string subject;
    std::string name;
    std::string info;
  };
  std::optional<Name> user;  // takes the place of the token's; nullopt: it is the token's
  std::vector<RoomRights> rooms;
  UnixMs expires_at = 0;  // takes the place of the token's; 0: it is the token's
};

/// The user that a token, or the application, has shown. Immutable.
struct Identity {
  std::string subject;                   // as the token names the user
  std::string user_id;                   // public, see user_id_of_subject()
  std::string name;                      // empty: the client chooses
  std::string info;                      // public JSON; empty: none
  std::string token_id;                  // empty: none
  UnixMs issued_at = 0;                  // 0: not said
  UnixMs expires_at = 0;                 // 0: never
  std::vector<RoomRights> rooms;         // what the token allows beside the rules
  std::shared_ptr<const Grant> grant{};  // null: the application has given nothing

  /// Whether a token of this subject, or a client without one (null), is this user's.
  bool is_shown_by(const Identity* token) const;
};

/// The identity of a token, or of none, with what the application gives beside it. Null: a guest.
std::shared_ptr<const Identity> with_grant(const std::shared_ptr<const Identity>& token,
                                           std::shared_ptr<const Grant> grant);

/// The person for whom a session speaks: a guest, known by a secret of its own or new, or the user of a token. All zero
/// before the client's first request.
struct Principal {
  PersonId person{};
  std::shared_ptr<const Identity> identity;  // null: a guest
  bool is_guest() const { return !identity; }
  std::string user_id() const { return identity ? identity->user_id : to_text(person); }
};

}  // namespace chat
