#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

/// The rights of a principal in a room.
enum class Right : std::uint8_t {
  join = 1U << 0U,      // gets live messages
  history = 1U << 1U,   // reads earlier messages
  send = 1U << 2U,      // appends messages
  typing = 1U << 3U,    // tells that it is typing
  presence = 1U << 4U,  // sees the members
  moderate = 1U << 5U,  // kicks, mutes and bans members
  admin = 1U << 6U,     // operates the cluster, if it is given for all rooms: see is_operator()
};

/// A set of rights: one byte, a value.
class Rights {
 public:
  constexpr Rights() = default;
  constexpr Rights(std::initializer_list<Right> rights) {
    for (const Right right : rights) add(right);
  }

  constexpr void add(Right right) { bits_ = static_cast<std::uint8_t>(bits_ | static_cast<std::uint8_t>(right)); }
  constexpr void add(Rights rights) { bits_ = static_cast<std::uint8_t>(bits_ | rights.bits_); }
  constexpr void keep(Rights rights) { bits_ = static_cast<std::uint8_t>(bits_ & rights.bits_); }
  constexpr void remove(Rights rights) { bits_ = static_cast<std::uint8_t>(bits_ & ~rights.bits_); }
  constexpr bool has(Right right) const { return (bits_ & static_cast<std::uint8_t>(right)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const Rights&) const = default;

 private:
  std::uint8_t bits_ = 0;
};

/// The rights of each person in a room without a rule: all but moderate.
inline constexpr Rights kOrdinaryRights{Right::join, Right::history, Right::send, Right::typing, Right::presence};

/// Every right in a room.
inline constexpr Rights kAllRights{Right::join,   Right::history,  Right::send,
                                   Right::typing, Right::presence, Right::moderate};

/// Every right that a token may give.
inline constexpr Rights kTokenRights{Right::join,     Right::history,  Right::send, Right::typing,
                                     Right::presence, Right::moderate, Right::admin};

/// "join", "history", "send", "typing", "presence", "moderate", "admin"; no other
/// spelling.
std::optional<Right> to_right(std::string_view name);
/// The names, in the order above.
std::vector<std::string_view> names_of(Rights rights);
/// The same in one text.
std::string to_text(Rights rights, std::string_view between = ",");

/// Bytes of a pattern, unless it is the name of a room.
inline constexpr std::size_t kRoomPatternBytes = 64;

/// A room's name, or 1 to 64 bytes of the letters of one and `*`.
bool is_room_pattern(std::string_view pattern);
/// Whether `pattern` names this room. `*` stands for any number of characters, none included. Takes at most
/// pattern × room steps.
bool matches_room(std::string_view pattern, std::string_view room);

/// The rights that a token or a rule gives in the rooms that match a pattern.
struct RoomRights {
  std::string pattern;
  Rights rights;
  bool operator==(const RoomRights&) const = default;
};

/// The rights in one room: those of all patterns that name it, together.
Rights rights_in(std::span<const RoomRights> grants, std::string_view room);

/// Whether they make an operator of the cluster: `admin` for the pattern `*`, and for no narrower one.
bool is_operator(std::span<const RoomRights> grants);

}  // namespace chat
