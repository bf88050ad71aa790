#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chat/core/command.hpp"
#include "chat/core/policy.hpp"
#include "chat/rooms/mail.hpp"

namespace chat {

class Session;
struct LocalRoom;

/// The rooms one session is in, or is about to be in: joins, catching up, sending, leaving. A client's requests about
/// one room are served in their order, so they are postponed while a join of it is under way. Thread: the session's.
/// Owner: the session, which each call names.
class Memberships {
 public:
  std::size_t count() const { return rooms_.size(); }

  void handle(Session& session, const RequestId& id, Join& join);
  void handle(Session& session, const RequestId& id, Leave& leave);
  void handle(Session& session, const RequestId& id, Send& send);
  void handle(Session& session, const RequestId& id, ReadHistory& history);
  void handle(Session& session, const RequestId& id, ReadTrace& trace);
  void handle(Session& session, const RequestId& id, ListMembers& members);
  void handle(Session& session, const RequestId& id, NotifyTyping& typing);
  void handle(Session& session, const RequestId& id, Moderate& order);

  void on_admitted(Session& session, to_shard::Admitted& mail);
  void on_replayed(Session& session, const to_shard::Replayed& mail);
  void on_join_refused(Session& session, const to_shard::JoinRefused& mail);
  /// The client has taken all that was queued: a replay goes on, if it is paid for.
  void on_drained(Session& session);
  /// Where the session stands in the log of a room that it is in: the last message that it has been sent.
  std::optional<Position> position(std::string_view room) const;
  /// The rooms whose join has been answered.
  std::vector<std::string> rooms() const;
  /// The same: `see(room, replayed)`. `replayed`: up to where the log has been replayed, if the session still catches
  /// up.
  template <class See>
  void each_room(See see) const {
    for (const auto& m : rooms_) {
      if (m.admitted) see(*m.room, m.is_member() ? std::nullopt : std::optional(m.replay_after));
    }
  }
  /// Whether the session has the right in this room.
  bool may(std::string_view room, Right right) const;
  /// The policy has changed: rooms that the session may not be in any more are left.
  void recheck(Session& session);
  /// Takes the session out of the room, if it is there, and tells the client the reason.
  void remove(Session& session, std::string room, std::string reason);
  /// The session's place in a room's list has changed.
  void moved(const LocalRoom& room, std::uint32_t index);
  /// The person is called otherwise, or is another one.
  void tell_rooms(Session& session, const User& before);
  /// The session ends. A message behind a join is still sent, although its answer has no reader.
  void leave_all(Session& session);

 private:
  static constexpr std::uint32_t kNotYet = 0xffffffff;
  struct Membership {
    LocalRoom* room;
    const RoomSettings* settings;   // of the policy
    Rights rights;                  // as the policy had it last, and of those only `kept`
    Rights kept;                    // by the application
    bool may_create;                // the same
    std::uint32_t index = kNotYet;  // in the room's list; not yet: the join or the replay is under way
    bool joining = false;           // a join is under way: requests about the room are postponed
    bool admitted = false;          // a join has been answered
    bool replay_due = false;
    std::uint32_t replay = 0;  // which replay is under way: one of a join before the last is over
    Offset replay_after = 0;   // where the replay goes on when the outbox is empty
    bool is_member() const { return index != kNotYet; }
    std::string name() const;
  };
  using MemberRequest = std::variant<ReadHistory, ReadTrace, ListMembers, NotifyTyping, Moderate>;
  struct Postponed {
    RequestId id;
    std::string room;
    std::variant<Join, Leave, to_rooms::Send, MemberRequest> request;
  };

  const Membership* find(std::string_view room) const;
  Membership* find(std::string_view room);
  /// The membership, be its join still under way, if the session may do this in its room; or nullptr after an answer.
  Membership* allowed_room(Session& session, const RequestId& id, const std::string& room, Right right);
  struct PlaceToSend {
    const RoomSettings* settings;
    bool is_joining;
    bool may_create;
  };
  std::optional<PlaceToSend> place_to_send(Session& session, const RequestId& id, const std::string& room);
  static bool pays_as_guest(Session& session, const RequestId& id, std::string_view room, const SendPace& pace);
  void begin(Session& session, const RequestId& id, Join join, const Access& access);
  static void enter(Session& session, Membership& membership);
  static void step_out(Session& session, Membership& membership);
  /// `reason`: why the session is taken out of the room; empty: it leaves by itself.
  void leave(Session& session, Membership& membership, std::string reason = {});
  void leave_room(Session& session, const RequestId& id, const std::string& room);
  void postpone(Session& session, Postponed request);
  /// Whether the session is not in the room yet: the request waits, because the join may be refused.
  template <class Request>
  bool waits_for_join(Session& session, const RequestId& id, Request& request) {
    const Membership* const membership = find(request.room);
    if (membership == nullptr || membership->admitted) return false;
    postpone(session, {id, request.room, MemberRequest(std::move(request))});
    return true;
  }
  std::optional<Postponed> take_postponed(std::string_view room);
  void serve_postponed(Session& session, const std::string& room);
  bool may_send_unseen(std::string_view room) const;
  void refuse_postponed(Session& session, const std::string& room, const Failure& failure);
  static void publish(Session& session, to_rooms::Send send);

  boost::container::small_vector<Membership, 1> rooms_;
  std::unique_ptr<std::vector<Postponed>> postponed_;  // none while no join is under way
  std::uint32_t replays_ = 0;                          // begun so far
  bool replaying_ = false;                             // some room's replay waits for the outbox
};

}  // namespace chat
