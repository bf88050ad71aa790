#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/hash.hpp"
#include "chat/core/error.hpp"
#include "chat/core/policy.hpp"
#include "chat/core/principal.hpp"
#include "chat/core/rights.hpp"
#include "chat/core/room_settings.hpp"

namespace chat {

/// Rules in one file at most.
inline constexpr std::size_t kMaxRoomRules = 1000;
/// Bytes of the file at most.
inline constexpr std::size_t kMaxRoomRulesBytes = 1024 * 1024;

/// The rights and settings of all rooms that one of its patterns names.
struct RoomRule {
  std::vector<std::string> patterns{};
  Rights guest = kOrdinaryRights;
  Rights user = kOrdinaryRights;  // of a token
  Rights members{};               // added for users whose token grants a right in the room
  TextMap<Rights> users{};        // added for these persons, by public id
  struct Creators {
    bool guest = true, user = true, members = true, users = true;
  };
  Creators creators{};                     // the groups above that may begin a room that has no message
  const RoomSettings* settings = nullptr;  // see interned()
};

/// The rights and settings of rooms, from the file of --rooms; src/auth/README.md describes it. The first rule that
/// names a room holds. A room without a rule: guests and users have kOrdinaryRights. The rights of a token are added.
///
/// No rule changes this: a room `dm.<a>.<b>` is for the persons with these public ids alone, `inbox.<a>` for that
/// person, and others may only send there if a rule lets them. No person moderates them. A name that begins with "dm."
/// or "inbox." and is neither is for no person.
/// Immutable. Thread: any, several at once. Owner: the node.
class RoomRules {
 public:
  /// No rules.
  RoomRules() = default;
  explicit RoomRules(std::vector<RoomRule> rules) : rules_(std::move(rules)) {}

  std::size_t size() const { return rules_.size(); }
  Access access(const Principal& principal, std::string_view room) const;

 private:
  const RoomRule& rule_for(std::string_view room) const;

  std::vector<RoomRule> rules_;
};

/// The same settings, at a place that lives as long as the process. Bound: one place for each different value that any
/// reading of the file has had. Thread: one at a time.
const RoomSettings* interned(const RoomSettings& settings);

/// Rules from the text of a file. `source` is what errors call it. Thread: one at a time.
/// Errors: bad_request, with a sentence that names the source and the place in it.
Result<std::shared_ptr<const RoomRules>> room_rules_from_text(std::string_view text, std::string_view source);
/// The same from a file.
Result<std::shared_ptr<const RoomRules>> room_rules_from_file(const std::string& path);

}  // namespace chat
