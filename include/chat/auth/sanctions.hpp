#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/base/hash.hpp"
#include "chat/core/principal.hpp"

namespace chat {

/// A measure of an operator or moderator against a person or a token, until a time.
struct Sanction {
  enum class Kind : std::uint8_t {
    revoke_token,  // the token with this id is not valid any more
    revoke_user,   // nor is any token of the user from before `issued_before`, or without a time of issue
    block_user,    // the person may not connect
    ban,           // the person has no rights in the room
    mute,          // the person may not send there
    kick,          // a ban of some seconds, which leaves a longer one as it is
  };
  /// The end of the year 9999: until it is lifted.
  static constexpr UnixMs kForGood = 253'402'300'799'999;
  static constexpr std::size_t kMaxReasonBytes = 200;
  static constexpr std::size_t kMaxByBytes = 64;

  Kind kind = Kind::ban;
  std::string subject;       // the id of a token, or the public id of a person
  std::string room;          // ban and mute; empty: everywhere
  UnixMs until = kForGood;   // then it ends
  UnixMs issued_before = 0;  // revoke_user
  std::string reason;        // for the person
  std::string by;            // for operators
  bool operator==(const Sanction&) const = default;
};

/// "revoke_token", "revoke_user", "block_user", "ban", "mute", "kick".
std::string_view name_of(Sanction::Kind kind);

/// Whether a sanction of this kind may be for one room.
inline bool is_of_room(Sanction::Kind kind) { return kind >= Sanction::Kind::ban; }

/// Returns the fault of a sanction, as a sentence; empty: none.
std::string fault_in(const Sanction& sanction);

/// Names a sanction: there is one for each kind, subject and room. At most 512 bytes.
std::string key_of(Sanction::Kind kind, std::string_view subject, std::string_view room);

/// Compact JSON, at most 4096 bytes. `sanction` has no fault.
std::string encode(const Sanction& sanction);
/// nullopt: encode() has not written it. For any bytes.
std::optional<Sanction> decode_sanction(std::string_view text);

/// The sanctions of a cluster. Immutable. Thread: any, several at once. Costs one branch while there are none.
/// Bound: kMax; of more, those that end first are left out.
class Sanctions {
 public:
  static constexpr std::size_t kMax = 10'000;

  Sanctions() = default;
  explicit Sanctions(std::vector<Sanction> sanctions);

  /// Whether the token of this identity is not valid any more.
  bool revokes(const Identity& identity, UnixMs now) const {
    return !by_key_.empty() && (find_token(identity, now) || find_older(identity, now));
  }
  /// Whether the person may not be here.
  bool blocks(const Principal& principal, UnixMs now) const {
    return !by_key_.empty() && find(Sanction::Kind::block_user, principal.user_id(), {}, now) != nullptr;
  }
  /// The ban or mute of this person, in the room or everywhere; null: none. Lives as long as this object.
  const Sanction* ban(std::string_view user_id, std::string_view room, UnixMs now) const {
    if (by_key_.empty()) return nullptr;
    const Sanction* const ban = find_here(Sanction::Kind::ban, user_id, room, now);
    return ban != nullptr ? ban : find_here(Sanction::Kind::kick, user_id, room, now);
  }
  const Sanction* mute(std::string_view user_id, std::string_view room, UnixMs now) const {
    return by_key_.empty() ? nullptr : find_here(Sanction::Kind::mute, user_id, room, now);
  }
  bool bans(std::string_view user_id, std::string_view room, UnixMs now) const {
    return ban(user_id, room, now) != nullptr;
  }
  bool mutes(std::string_view user_id, std::string_view room, UnixMs now) const {
    return mute(user_id, room, now) != nullptr;
  }

  bool empty() const { return by_key_.empty(); }
  std::size_t size() const { return by_key_.size(); }
  /// When the first of those that hold at `now` ends; nullopt: none holds.
  std::optional<UnixMs> next_expiry(UnixMs now) const;
  /// Those that hold at `now`, by kind, subject and room.
  std::vector<Sanction> list(UnixMs now) const;
  bool operator==(const Sanctions& other) const { return by_key_ == other.by_key_; }

 private:
  const Sanction* find(Sanction::Kind kind, std::string_view subject, std::string_view room, UnixMs now) const;
  const Sanction* find_here(Sanction::Kind kind, std::string_view user_id, std::string_view room, UnixMs now) const;
  bool find_token(const Identity& identity, UnixMs now) const;
  bool find_older(const Identity& identity, UnixMs now) const;

  TextMap<Sanction> by_key_;
};

}  // namespace chat
