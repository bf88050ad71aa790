// A session and its rooms: joining, catching up, sending, leaving.
#include <algorithm>
#include <utility>

#include "chat/core/limits.hpp"
#include "chat/hub/hub.hpp"
#include "chat/hub/prices.hpp"
#include "chat/hub/session.hpp"
#include "chat/hub/shard.hpp"

namespace chat {

std::string Session::Membership::name() const { return std::string(room->name); }

Session::Membership* Session::find(std::string_view room) {
  const auto place =
      std::find_if(rooms_.begin(), rooms_.end(), [room](const Membership& m) { return m.room->name == room; });
  return place == rooms_.end() ? nullptr : &*place;
}

/// Where the join is under way what follows it may come at once: the hub takes a session's requests in their order.
Session::Membership* Session::joined_room(const RequestId& id, const std::string& room) {
  if (Membership* membership = find(room)) return membership;
  if (!is_room_name(room)) {
    refuse(id, ErrorCode::bad_room, "a room is named by 1 to 64 of a-z 0-9 _ . - and begins with a letter or a digit");
  } else {
    refuse(id, ErrorCode::not_joined, "join the room first");
  }
  return nullptr;
}

void Session::handle(const RequestId& id, Join& join) {
  if (!is_room_name(join.room)) {
    return refuse(id, ErrorCode::bad_room,
                  "a room is named by 1 to 64 of a-z 0-9 _ . - and begins with a letter or a digit");
  }
  if (is_over(id, prices::kRequest + prices::rows(join.history))) return;
  const Membership* known = find(join.room);
  if (known == nullptr && rooms_.size() >= limits::kRoomsPerSession) {
    return refuse(id, ErrorCode::too_many_rooms, "leave a room first");
  }
  if (known != nullptr && known->joining) {
    std::string room = join.room;
    return hold({id, std::move(room), std::move(join)});
  }
  begin(id, std::move(join));
}

void Session::begin(const RequestId& id, Join join) {
  Membership* known = find(join.room);
  const bool again = known != nullptr;
  if (!again) known = &rooms_.emplace_back(Membership{&shard_.hold(join.room)});
  known->joining = true;
  held_ = !again && rooms_.size() == 1;
  shard_.hub().post(to_hub::Join{ref_, id, std::move(join), user(), again});
}

void Session::on_admitted(const to_shard::Admitted& mail) {
  Membership* membership = find(mail.joined.room);
  if (membership == nullptr) return;
  const bool agreed = state_ == State::agreeing;
  if (agreed) state_ = State::open;
  for (const auto& event : mail.before) send({}, event);
  send(mail.id, mail.joined);
  membership->admitted = true;
  membership->joining = false;
  membership->replay = ++replays_;
  membership->replay_due = mail.more;
  if (mail.more) {
    step_out(*membership);
    membership->replay_after = mail.joined.position.offset;
    replaying_ = true;
  } else {
    enter(*membership);
  }
  release_held(mail.joined.room);
  if (agreed) on_agreed();
}

void Session::on_replayed(const to_shard::Replayed& mail) {
  Membership* membership = find(mail.room);
  if (membership == nullptr || membership->replay != mail.replay) return;
  if (mail.frames) send(mail.frames, false);
  if (mail.last) {
    enter(*membership);
    return send({}, CaughtUp{mail.room, mail.end});
  }
  membership->replay_after = mail.end;
  membership->replay_due = replaying_ = true;
}

/// A page at a time, the next when the client has taken the last: a client that is far behind costs a page of memory,
/// no more. Each page has a price; what cannot be paid now is tried again a moment later.
void Session::on_drained() {
  if (!std::exchange(replaying_, false)) return;
  for (auto& membership : rooms_) {
    if (!membership.replay_due) continue;
    if (charge(prices::rows(limits::kReplayMessages)) > Milliseconds{0}) {
      replaying_ = true;
      return shard_.replay_later(*this);
    }
    membership.replay_due = false;
    shard_.hub().post(to_hub::ContinueReplay{ref_, membership.name(), membership.replay_after, membership.replay});
  }
}

void Session::enter(Membership& membership) {
  if (!membership.is_member()) membership.index = shard_.enter(*membership.room, *this);
}

/// Who is brought up to date hears nothing else from the room until that is done.
void Session::step_out(Membership& membership) {
  if (membership.is_member()) shard_.leave(*membership.room, std::exchange(membership.index, kNotYet));
}

void Session::moved(const LocalRoom& room, std::uint32_t index) {
  const auto place =
      std::find_if(rooms_.begin(), rooms_.end(), [&room](const Membership& m) { return m.room == &room; });
  place->index = index;
}

void Session::on_join_refused(const RequestId& id, const std::string& room, const Failure& failure) {
  const bool disagreed = state_ == State::agreeing;
  if (disagreed) state_ = State::open;
  send(id, failure);
  Membership* membership = find(room);
  if (membership != nullptr && membership->admitted) {
    membership->joining = false;
    release_held(room);
  } else if (membership != nullptr) {
    leave(*membership);
    while (auto held = take_held(room)) {  // what waited for this join is refused with it; to be out is no refusal
      std::holds_alternative<Leave>(held->request) ? send(held->id, Left{room}) : send(held->id, failure);
    }
  }
  if (disagreed) close({CloseCode::internal, "the lobby is closed for now"});
}

/// Tells the hub, takes this session out of the room, and forgets the membership.
void Session::leave(Membership& membership) {
  step_out(membership);
  shard_.hub().post(to_hub::Leave{ref_, membership.name(), user()});
  shard_.release(*membership.room);
  if (&membership != &rooms_.back()) std::swap(membership, rooms_.back());
  rooms_.pop_back();
  if (std::exchange(held_, false)) shard_.mark_dirty(*this);  // the answer it waits for may never come
}

void Session::handle(const RequestId& id, Leave& request) {
  if (is_over(id, prices::kRequest)) return;
  Membership* membership = find(request.room);
  if (membership == nullptr) {
    joined_room(id, request.room);  // answers why not
    return;
  }
  if (membership->joining) {
    if (std::exchange(held_, false)) shard_.mark_dirty(*this);  // the welcome must not wait for the join
    return hold({id, request.room, request});
  }
  leave_room(id, request.room);
}

void Session::leave_room(const RequestId& id, const std::string& room) {
  Membership* const membership = find(room);
  if (membership == nullptr) return refuse(id, ErrorCode::not_joined, "join the room first");
  leave(*membership);
  if (!id.empty()) send(id, Left{room});
}

void Session::handle(const RequestId& id, Send& request) {
  Membership* const membership = joined_room(id, request.room);
  if (membership == nullptr || is_over_messages(id)) return;
  if (request.name && !normalize_name(id, *request.name)) return;
  if (request.name && *request.name != user_name_) {
    if (is_over(id, prices::identity(rooms_.size()))) return;
    const User before = user();
    user_name_ = *request.name;
    tell_rooms(before);
  }
  Draft draft{user(),   std::move(request.content), shard_.clock().unix_ms(), shard_.settings().node, sender(),
              request.n};
  std::string key = request.n == 0 ? std::string() : draft.sender;
  std::string body = encode_body(draft);
  if (body.size() > limits::kStoredBytes) {
    return refuse(id, ErrorCode::too_large, "the message would take more than 17 KiB as JSON");
  }
  to_hub::Send send{ref_, id, {request.room, std::move(key), request.n, std::move(body)}, payer()};
  // What a connection says behind its join lies behind joined.offset, so it must not be in the log before that is
  // known.
  membership->joining ? hold({id, std::move(request.room), std::move(send)}) : say(std::move(send));
}

void Session::say(to_hub::Send send) {
  const std::size_t bytes = send.append.body.size();
  shard_.hub().post(std::move(send), bytes);
}

void Session::hold(Held held) {
  if (!waiting_) waiting_ = std::make_unique<std::vector<Held>>();
  if (waiting_->size() >= limits::kHeldRequests) {
    return send(held.id, Failure{ErrorCode::busy, "too many requests wait for a join"});
  }
  waiting_->push_back(std::move(held));
}

/// The first that waits for this room.
std::optional<Session::Held> Session::take_held(std::string_view room) {
  if (!waiting_) return std::nullopt;
  const auto place =
      std::find_if(waiting_->begin(), waiting_->end(), [room](const Held& held) { return held.room == room; });
  if (place == waiting_->end()) return std::nullopt;
  Held held = std::move(*place);
  waiting_->erase(place);
  if (waiting_->empty()) waiting_.reset();
  return held;
}

/// Until another join of the room is under way.
void Session::release_held(const std::string& room) {
  for (;;) {
    const Membership* const membership = find(room);
    if (membership != nullptr && membership->joining) return;
    auto held = take_held(room);
    if (!held) return;
    if (auto* join = std::get_if<Join>(&held->request)) {
      begin(held->id, std::move(*join));
    } else if (std::holds_alternative<Leave>(held->request)) {
      leave_room(held->id, room);
    } else if (membership != nullptr) {
      say(std::move(std::get<to_hub::Send>(held->request)));
    } else {
      refuse(held->id, ErrorCode::not_joined, "join the room first");
    }
  }
}

void Session::handle(const RequestId& id, ReadHistory& request) {
  if (joined_room(id, request.room) == nullptr) return;
  if (is_over(id, prices::kRequest + prices::rows(request.limit))) return;
  shard_.hub().post(to_hub::ReadHistory{ref_, id, std::move(request)});
}

void Session::handle(const RequestId& id, ListMembers& request) {
  if (joined_room(id, request.room) == nullptr) return;
  if (is_over(id, prices::kMembers)) return;
  shard_.hub().post(to_hub::ListMembers{ref_, id, std::move(request.room)});
}

void Session::handle(const RequestId& id, NotifyTyping& request) {
  const Membership* const membership = joined_room(id, request.room);
  if (membership == nullptr || is_over_messages(id)) return;
  if (is_over(id, prices::kRequest + prices::pushes(membership->room->members.size()))) return;
  shard_.hub().post(to_hub::NotifyTyping{std::move(request.room), user()});
  if (!id.empty()) send(id, Done{});
}

}  // namespace chat
