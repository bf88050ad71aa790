#include "chat/sessions/memberships.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/hash.hpp"
#include "chat/base/trace.hpp"
#include "chat/core/limits.hpp"
#include "chat/rooms/prices.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"

namespace chat {
namespace {

void refuse_name(Session& session, const RequestId& id) {
  session.refuse(id, ErrorCode::bad_room,
                 "a room is named by 1 to 64 of a-z 0-9 _ . - and begins with a letter or a digit");
}

/// In the same words whether the room exists or not.
void refuse_closed_room(Session& session, const RequestId& id) {
  session.refuse(id, ErrorCode::not_found, "this room is not open to you");
}

void refuse_right(Session& session, const RequestId& id) {
  session.refuse(id, ErrorCode::forbidden, "in this room you may not do this");
}

void refuse_outsider(Session& session, const RequestId& id) {
  session.refuse(id, ErrorCode::not_joined, "join the room first");
}

void publish(Session& session, to_rooms::Send send) {
  const std::size_t bytes = send.append.body.size();
  session.shard().rooms().post(std::move(send), bytes);
}

}  // namespace

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

Memberships::Membership* Memberships::allowed_room(Session& session, const RequestId& id, const std::string& room,
                                                   Right right) {
  Membership* const membership = find(room);
  if (membership == nullptr) {
    is_room_name(room) ? refuse_outsider(session, id) : refuse_name(session, id);
  } else if (!membership->rights.has(right)) {
    refuse_right(session, id);
    return nullptr;
  }
  return membership;
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
  session.send(mail.id, mail.joined);
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
    while (auto next = take_postponed(mail.room)) {  // refused with the join; to be out of the room is no refusal
      std::holds_alternative<Leave>(next->request) ? session.send(next->id, Left{mail.room})
                                                   : session.send(next->id, mail.failure);
    }
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

void Memberships::leave_all(Session& session) {
  if (postponed_) {
    for (auto& postponed : *postponed_) {
      auto* const send = std::get_if<to_rooms::Send>(&postponed.request);
      if (send != nullptr && may(postponed.room, Right::send)) publish(session, std::move(*send));
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
      session.send({}, Removed{std::move(room), std::move(reason)});
    }
  }
}

void Memberships::tell_rooms(Session& session, const User& before) {
  const User now = session.person().user();
  if (now == before) return;
  for (const auto& membership : rooms_) {
    session.shard().rooms().post(to_rooms::Rename{membership.name(), before, now});
  }
}

/// A room that is open for sending but not for joining takes messages of sessions that are not in it: an inbox.
std::optional<Memberships::PlaceToSend> Memberships::place_to_send(Session& session, const RequestId& id,
                                                                   const std::string& room) {
  if (find(room) == nullptr && is_room_name(room)) {
    const Access access = session.access(room);
    if (access.rights.has(Right::send) && !access.rights.has(Right::join)) return PlaceToSend{access.settings, false};
  }
  const Membership* const membership = allowed_room(session, id, room, Right::send);
  if (membership == nullptr) return std::nullopt;
  return PlaceToSend{membership->settings, membership->joining};
}

// ---- requests of members ---------------------------------------------------------------------------------------

void Memberships::handle(Session& session, const RequestId& id, Send& request) {
  const auto place = place_to_send(session, id, request.room);
  if (!place || !session.pays_message(id) || !keeps_slow_mode(session, id, request.room, *place->settings)) return;
  if (is_traced(Hop::received)) {
    trace(Hop::received, {{"room", request.room}, {"session", session.person().session_id()}, {"seq", request.seq}});
  }
  const std::uint32_t max_bytes = place->settings->message_bytes;
  if (max_bytes > 0 && request.content.value.size() > max_bytes) {
    return session.refuse(id, ErrorCode::too_large,
                          "a message in this room may have " + std::to_string(max_bytes) + " bytes");
  }
  if (request.name && !session.rename(id, *request.name)) return;
  Shard& shard = session.shard();
  Draft draft{session.person().user(), std::move(request.content), shard.clock().unix_ms(),
              shard.settings().node,   session.person().sender(),  request.seq};
  std::string key = request.seq == 0 ? std::string() : draft.sender;
  std::string body = encode_body(draft);
  if (body.size() > limits::kStoredBytes) {
    return session.refuse(id, ErrorCode::too_large, "the message would take more than 17 KiB as JSON");
  }
  const RoomSettings& settings = *place->settings;
  to_rooms::Send send{session.ref(),
                      id,
                      {request.room, std::move(key), request.seq, std::move(body), settings.history_size},
                      session.payer()};
  // What a connection sends behind its join lies behind joined.offset, so it must not be in the log before that is
  // known.
  place->is_joining ? postpone(session, {id, std::move(request.room), std::move(send)})
                    : publish(session, std::move(send));
}

void Memberships::handle(Session& session, const RequestId& id, ReadHistory& request) {
  if (allowed_room(session, id, request.room, Right::history) == nullptr) return;
  if (!session.pays(id, prices::kRequest + prices::rows(request.limit))) return;
  session.shard().rooms().post(to_rooms::ReadHistory{session.ref(), id, std::move(request)});
}

void Memberships::handle(Session& session, const RequestId& id, ListMembers& request) {
  const Membership* const membership = allowed_room(session, id, request.room, Right::presence);
  if (membership == nullptr) return;
  if (membership->settings->presence == RoomSettings::Presence::off) {
    return session.refuse(id, ErrorCode::forbidden, "this room does not tell who is in it");
  }
  if (!session.pays(id, prices::kMembers)) return;
  session.shard().rooms().post(to_rooms::ListMembers{session.ref(), id, std::move(request.room)});
}

void Memberships::handle(Session& session, const RequestId& id, NotifyTyping& request) {
  const Membership* const membership = allowed_room(session, id, request.room, Right::typing);
  if (membership == nullptr || !session.pays_message(id)) return;
  if (!session.pays(id, prices::kRequest + prices::pushes(membership->room->members.size()))) return;
  session.shard().rooms().post(to_rooms::NotifyTyping{std::move(request.room), session.person().user()});
  if (!id.empty()) session.send(id, Done{});
}

void Memberships::handle(Session& session, const RequestId& id, Moderate& request) {
  if (allowed_room(session, id, request.room, Right::moderate) == nullptr) return;
  if (!session.pays(id, prices::kMembers)) return;
  session.shard().rooms().post(to_rooms::Moderate{session.ref(), id, std::move(request), session.person().user_id()});
}

bool Memberships::keeps_slow_mode(Session& session, const RequestId& id, std::string_view room,
                                  const RoomSettings& settings) {
  const Seconds pause = settings.slow_mode;
  if (pause == Seconds{0}) return true;
  const auto units = static_cast<std::uint32_t>(pause.count());
  const auto payer = keyed_hash(room) ^ session.payer().person;
  const auto wait =
      session.shard().rates().take(RateTable::Kind::slow_mode, payer, {1, units}, session.shard().clock().now(), units);
  if (wait == Milliseconds{0}) return true;
  session.send(id, Failure{ErrorCode::rate_limited, "this room is in slow mode", wait});
  return false;
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
