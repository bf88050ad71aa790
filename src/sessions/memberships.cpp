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

bool Memberships::may(std::string_view room, Right right) const {
  const Membership* const membership = find(room);
  return membership != nullptr && membership->rights.has(right);
}

// ---- joining ---------------------------------------------------------------------------------------------------

void Memberships::handle(Session& session, const RequestId& id, Join& join) {
  if (!is_room_name(join.room)) return refuse_name(session, id);
  const Access access = session.access(join.room);
  if (!access.rights.has(Right::join)) return refuse_closed_room(session, id);
  if (!access.rights.has(Right::history)) {
    join.history = 0;
    join.cursor.reset();
  }
  if (!session.pays(id, prices::kRequest + prices::rows(join.history))) return;
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
  if (!again)
    known = &rooms_.emplace_back(Membership{&session.shard().attach(join.room), access.settings, access.rights});
  known->joining = true;
  session.cork(!again && rooms_.size() == 1);
  session.shard().rooms().post(
      to_rooms::Join{session.ref(), id, std::move(join), session.person().user(), access.settings, again});
}

void Memberships::on_admitted(Session& session, const to_shard::Admitted& mail) {
  Membership* membership = find(mail.joined.room);
  if (membership == nullptr) return;
  for (const auto& event : mail.before) session.send({}, event);
  if (membership->rights.has(Right::presence)) {
    session.send(mail.id, mail.joined);
  } else {
    Joined joined = mail.joined;
    joined.members = 0;
    session.send(mail.id, joined);
  }
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
  serve_postponed(session, mail.joined.room);
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
  if (mail.frames) session.send(mail.frames, false);
  if (mail.last) {
    enter(session, *membership);
    return session.send({}, CaughtUp{mail.room, mail.end});
  }
  membership->replay_after = mail.end;
  membership->replay_due = replaying_ = true;
}

/// A page at a time, the next when the client has taken the last: a client that is far behind costs a page of memory.
/// Each page has a price; one that cannot be paid now is tried again a moment later.
void Memberships::on_drained(Session& session) {
  if (!std::exchange(replaying_, false)) return;
  for (auto& membership : rooms_) {
    if (!membership.replay_due) continue;
    if (!membership.rights.has(Right::history)) {  // taken away meanwhile: the session hears what comes from now on
      membership.replay_due = false;
      enter(session, membership);
      session.send({}, CaughtUp{membership.name(), membership.replay_after});
      continue;
    }
    if (session.charge(prices::rows(limits::kReplayMessages)) > Milliseconds{0}) {
      replaying_ = true;
      return session.shard().replay_later(session);
    }
    membership.replay_due = false;
    session.shard().rooms().post(
        to_rooms::ContinueReplay{session.ref(), membership.name(), membership.replay_after, membership.replay});
  }
}

void Memberships::enter(Session& session, Membership& membership) {
  if (!membership.is_member()) membership.index = session.shard().enter(*membership.room, session);
}

/// A session that catches up hears nothing else from the room until that is done.
void Memberships::step_out(Session& session, Membership& membership) {
  if (membership.is_member()) session.shard().leave(*membership.room, std::exchange(membership.index, kNotYet));
}

void Memberships::moved(const LocalRoom& room, std::uint32_t index) {
  const auto place =
      std::find_if(rooms_.begin(), rooms_.end(), [&room](const Membership& m) { return m.room == &room; });
  place->index = index;
}

// ---- leaving ---------------------------------------------------------------------------------------------------

void Memberships::leave(Session& session, Membership& membership) {
  step_out(session, membership);
  session.shard().rooms().post(to_rooms::Leave{session.ref(), membership.name(), session.person().user()});
  session.shard().detach(*membership.room);
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
    if (access.rights.has(Right::join)) {
      ++i;
    } else {
      std::string room = membership.name();
      std::string reason = session.shard().settings().policy->reason(session.person().principal(), room);
      if (reason.empty()) reason = "this room is not open to you any more";
      leave(session, membership);
      refuse_postponed(session, room, {ErrorCode::not_found, std::string(kClosedRoom)});
      session.send({}, Removed{std::move(room), std::move(reason)});
    }
  }
}

void Memberships::tell_rooms(Session& session, const User& before) {
  const User now = session.person().user();
  if (now == before) return;
  for (const auto& membership : rooms_) {
    // A new name is a way to speak.
    if (now.id == before.id && !membership.rights.has(Right::send)) continue;
    session.shard().rooms().post(to_rooms::Rename{membership.name(), before, now});
  }
}

// ---- requests behind a join ------------------------------------------------------------------------------------

void Memberships::postpone(Session& session, Postponed request) {
  if (!postponed_) postponed_ = std::make_unique<std::vector<Postponed>>();
  if (postponed_->size() >= limits::kPostponedRequests) {
    return session.send(request.id, Failure{ErrorCode::busy, "too many requests wait for a join"});
  }
  postponed_->push_back(std::move(request));
}

/// The first about this room.
std::optional<Memberships::Postponed> Memberships::take_postponed(std::string_view room) {
  if (!postponed_) return std::nullopt;
  const auto place = std::find_if(postponed_->begin(), postponed_->end(),
                                  [room](const Postponed& postponed) { return postponed.room == room; });
  if (place == postponed_->end()) return std::nullopt;
  Postponed postponed = std::move(*place);
  postponed_->erase(place);
  if (postponed_->empty()) postponed_.reset();
  return postponed;
}

/// The session is not in the room: to leave it is then no refusal.
void Memberships::refuse_postponed(Session& session, const std::string& room, const Failure& failure) {
  while (auto next = take_postponed(room)) {
    std::holds_alternative<Leave>(next->request) ? session.send(next->id, Left{room}) : session.send(next->id, failure);
  }
}

/// Until another join of the room is under way.
void Memberships::serve_postponed(Session& session, const std::string& room) {
  for (;;) {
    const Membership* const membership = find(room);
    if (membership != nullptr && membership->joining) return;
    auto next = take_postponed(room);
    if (!next) return;
    if (auto* join = std::get_if<Join>(&next->request)) {
      begin(session, next->id, std::move(*join), session.access(room));
    } else if (std::holds_alternative<Leave>(next->request)) {
      leave_room(session, next->id, room);
    } else if (membership != nullptr && !membership->rights.has(Right::send)) {
      refuse_right(session, next->id);  // it was taken away meanwhile
    } else if (membership != nullptr) {
      publish(session, std::move(std::get<to_rooms::Send>(next->request)));
    } else {
      refuse_outsider(session, next->id);
    }
  }
}

}  // namespace chat
