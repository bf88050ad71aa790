#include "chat/sessions/memberships.hpp"

#include <algorithm>
#include <utility>

#include "chat/core/limits.hpp"
#include "chat/rooms/prices.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"
#include "sessions/refusals.hpp"

namespace chat {
void Memberships::publish(Session& session, to_rooms::Send send) {
  const std::size_t bytes = send.append.body.size();
  session.shard().rooms().post(std::move(send), bytes);
}

std::string Memberships::Membership::name() const { return std::string(room->name); }

const Memberships::Membership* Memberships::find(std::string_view room) const {
  const auto place =
      std::find_if(rooms_.begin(), rooms_.end(), [room](const Membership& m) { return m.room->name == room; });
  return place == rooms_.end() ? nullptr : &*place;
}

Memberships::Membership* Memberships::find(std::string_view room) {
  return const_cast<Membership*>(std::as_const(*this).find(room));
}

std::optional<Position> Memberships::position(std::string_view room) const {
  const Membership* const membership = find(room);
  if (membership == nullptr || !membership->admitted) return std::nullopt;
  if (membership->is_member()) return membership->room->last;
  return Position{membership->room->last.epoch, membership->replay_after};
}

std::vector<std::string> Memberships::rooms() const {
  std::vector<std::string> names;
  for (const auto& membership : rooms_) {
    if (membership.admitted) names.push_back(membership.name());
  }
  return names;
}

bool Memberships::may(std::string_view room, Right right) const {
  const Membership* const membership = find(room);
  return membership != nullptr && membership->rights.has(right);
}

// ---- joining ---------------------------------------------------------------------------------------------------

void Memberships::handle(Session& session, const RequestId& id, Join& join) {
  if (!is_room_name(join.room)) return refuse_name(session, id);
  const Access access = session.access(join.room);
  if (!access.rights.has(Right::join)) return refuse_closed_room(session, id);
  const auto rows = access.rights.has(Right::history) ? join.history : 0;
  if (!session.pays(id, prices::kRequest + prices::rows(rows))) return;
  const Membership* known = find(join.room);
  if (known == nullptr && rooms_.size() >= limits::kRoomsPerSession) {
    return session.refuse(id, ErrorCode::too_many_rooms, "leave a room first");
  }
  if (known != nullptr && known->joining) {
    std::string room = join.room;
    return postpone(session, {id, std::move(room), std::move(join)});
  }
  begin(session, id, std::move(join), access);
}

void Memberships::begin(Session& session, const RequestId& id, Join join, const Access& access) {
  Membership* known = find(join.room);
  const bool again = known != nullptr;
  Rights rights = access.rights;
  if (again) rights.keep(known->kept);
  if (!rights.has(Right::history)) to_rooms::without_history(join);
  if (!again)
    known = &rooms_.emplace_back(Membership{&session.shard().local_rooms().attach(join.room), access.settings,
                                            access.rights, kAllRights, access.may_create});
  known->joining = true;
  session.cork(!again && rooms_.size() == 1);
  session.shard().rooms().post(to_rooms::Join{session.ref(), id, std::move(join), session.person().user(),
                                              access.settings, again, access.may_create, session.person().session_id(),
                                              session.caller()});
}

/// A dialogue may serve further requests of the client while it takes an event, so the membership is not used after it.
void Memberships::on_admitted(Session& session, to_shard::Admitted& mail) {
  Membership* const membership = find(mail.joined.room);
  if (membership == nullptr) {
    session.send(mail.id, Failure{ErrorCode::not_joined, "the room was left before the join was done"});
    return;
  }
  const std::string room = mail.joined.room;
  if (mail.kept) membership->rights.keep(membership->kept = *mail.kept);
  if (!membership->rights.has(Right::presence)) mail.joined.members = 0;
  if (session.shard().settings().authenticator != nullptr) mail.joined.rights = membership->rights;
  // Members, if there are any, have been sent all up to the same message: the answer waited for that.
  if (!mail.more || membership->room->last.epoch.empty()) membership->room->last = mail.joined.position;
  membership->admitted = true;
  membership->joining = false;
  membership->replay = ++replays_;
  membership->replay_due = mail.more;
  if (mail.more) {
    step_out(session, *membership);
    membership->replay_after = mail.joined.position.offset;
    replaying_ = true;
  } else {
    enter(session, *membership);
  }
  for (const auto& event : mail.before) session.send({}, event);
  session.send(mail.id, std::move(mail.joined));
  serve_postponed(session, room);
}

void Memberships::on_join_refused(Session& session, const to_shard::JoinRefused& mail) {
  session.send(mail.id, mail.failure);
  Membership* membership = find(mail.room);
  if (membership != nullptr && membership->admitted) {
    membership->joining = false;
    serve_postponed(session, mail.room);
  } else if (membership != nullptr) {
    leave(session, *membership);
    refuse_postponed(session, mail.room, mail.failure);
  }
}

// ---- catching up -----------------------------------------------------------------------------------------------

void Memberships::on_replayed(Session& session, const to_shard::Replayed& mail) {
  Membership* membership = find(mail.room);
  if (membership == nullptr || membership->replay != mail.replay) return;
  if (mail.last) {
    membership->room->last.offset = mail.end;
    enter(session, *membership);
  } else {
    membership->replay_after = mail.end;
    membership->replay_due = replaying_ = true;
  }
  if (mail.frames) session.send(mail.frames, false);
  if (mail.last) session.send({}, CaughtUp{mail.room, mail.end});
}

/// A page at a time, the next when the client has taken the last: a client that is far behind costs a page of memory.
/// Each page has a price; one that cannot be paid now is tried again a moment later.
void Memberships::on_drained(Session& session) {
  if (!std::exchange(replaying_, false)) return;
  for (std::size_t i = 0; i < rooms_.size(); ++i) {
    Membership& membership = rooms_[i];
    if (!membership.replay_due) continue;
    if (!membership.rights.has(Right::history)) {  // taken away meanwhile: the session hears what comes from now on
      membership.replay_due = false;
      enter(session, membership);
      session.send({}, CaughtUp{membership.name(), membership.replay_after});
      continue;
    }
    if (session.charge(prices::rows(limits::kReplayMessages)) > Milliseconds{0}) {
      replaying_ = true;
      return session.shard().clockwork().replay_later(session);
    }
    membership.replay_due = false;
    session.shard().rooms().post(
        to_rooms::ContinueReplay{session.ref(), membership.name(), membership.replay_after, membership.replay});
  }
}

void Memberships::enter(Session& session, Membership& membership) {
  if (!membership.is_member()) membership.index = session.shard().local_rooms().enter(*membership.room, session);
}

/// A session that catches up hears nothing else from the room until that is done.
void Memberships::step_out(Session& session, Membership& membership) {
  if (membership.is_member())
    session.shard().local_rooms().leave(*membership.room, std::exchange(membership.index, kNotYet));
}

void Memberships::moved(const LocalRoom& room, std::uint32_t index) {
  const auto place =
      std::find_if(rooms_.begin(), rooms_.end(), [&room](const Membership& m) { return m.room == &room; });
  place->index = index;
}

// ---- leaving ---------------------------------------------------------------------------------------------------

void Memberships::leave(Session& session, Membership& membership, std::string reason) {
  step_out(session, membership);
  session.shard().rooms().post(
      to_rooms::Leave{session.ref(), membership.name(), session.person().user(), std::move(reason)});
  session.shard().local_rooms().detach(*membership.room);
  if (&membership != &rooms_.back()) std::swap(membership, rooms_.back());
  rooms_.pop_back();
  session.uncork();  // the answer to the join may never come
}

void Memberships::handle(Session& session, const RequestId& id, Leave& request) {
  if (!session.pays(id, prices::kRequest)) return;
  const Membership* membership = find(request.room);
  if (membership == nullptr) {
    return is_room_name(request.room) ? refuse_outsider(session, id) : refuse_name(session, id);
  }
  if (membership->joining) {
    session.uncork();  // the welcome must not wait for the join
    return postpone(session, {id, request.room, request});
  }
  leave_room(session, id, request.room);
}

void Memberships::leave_room(Session& session, const RequestId& id, const std::string& room) {
  Membership* const membership = find(room);
  if (membership == nullptr) return refuse_outsider(session, id);
  leave(session, *membership);
  if (!id.empty()) session.send(id, Left{room});
}

/// A room with a limit may refuse the join under way.
bool Memberships::may_send_unseen(std::string_view room) const {
  const Membership* const membership = find(room);
  if (membership == nullptr || !membership->rights.has(Right::send)) return false;
  return membership->admitted || membership->settings->max_members == 0;
}

void Memberships::leave_all(Session& session) {
  if (postponed_) {
    for (auto& postponed : *postponed_) {
      auto* const send = std::get_if<to_rooms::Send>(&postponed.request);
      if (send != nullptr && may_send_unseen(postponed.room)) publish(session, std::move(*send));
    }
  }
  while (!rooms_.empty()) leave(session, rooms_.back());
}

void Memberships::recheck(Session& session) {
  for (std::size_t i = 0; i < rooms_.size();) {
    Membership& membership = rooms_[i];
    const Access access = session.access(membership.room->name);
    membership.settings = access.settings;
    membership.rights = access.rights;
    membership.rights.keep(membership.kept);
    membership.may_create = access.may_create;
    if (access.rights.has(Right::join)) {
      ++i;
    } else {
      std::string room = membership.name();
      std::string reason = session.shard().settings().policy->reason(session.person().principal(), room);
      if (reason.empty()) reason = "this room is not open to you any more";
      remove(session, std::move(room), std::move(reason));
    }
  }
}

void Memberships::remove(Session& session, std::string room, std::string reason) {
  Membership* const membership = find(room);
  if (membership == nullptr) return;
  leave(session, *membership, reason);
  refuse_postponed(session, room, closed_room());
  session.send({}, Removed{std::move(room), std::move(reason)});
}

void Memberships::tell_rooms(Session& session, const User& before) {
  const User now = session.person().user();
  if (now == before) return;
  for (const auto& membership : rooms_) {
    // A new name is a way to speak.
    if (now.id == before.id && !membership.rights.has(Right::send)) continue;
    session.shard().rooms().post(to_rooms::Rename{session.ref(), membership.name(), before, now});
  }
}

}  // namespace chat
