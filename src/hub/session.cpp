#include "chat/hub/session.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/base/log.hpp"
#include "chat/codec/signalr.hpp"
#include "chat/core/limits.hpp"
#include "chat/hub/hub.hpp"
#include "chat/hub/identity.hpp"
#include "chat/hub/shard.hpp"
#include "chat/hub/transport.hpp"
#include "hub/signalr_side.hpp"

namespace chat {
namespace {

constexpr Seconds kSilenceBeforePing{20};
constexpr Seconds kSilenceBeforeEnd{60};
constexpr const char* kNoName = "\"name\" must have 1 to 64 bytes, no control characters and not only blanks";
constexpr RateLimit kMistakes{5, 20};  // refused requests; whoever makes more is not trying

template <std::size_t Size>
std::array<char, Size> first_bytes(std::string_view bytes) {
  std::array<char, Size> first;
  std::copy_n(bytes.begin(), Size, first.begin());
  return first;
}

template <std::size_t Size>
std::string written(const std::array<char, Size>& id) {
  return to_base64url({id.data(), id.size()});
}

/// Stands for (user, producer) in stored messages without giving the producer away.
std::string sender_of(std::string_view user_id, std::string_view producer) {
  return sha256(std::string(user_id) + ':' + std::string(producer));
}

}  // namespace

Session::Session(Shard& shard, Transport& transport, Format format)
    : shard_(shard), transport_(transport), ref_(shard.add(*this, format)), last_heard_(shard.clock().now()) {
  id_ = first_bytes<8>(random_bytes(8));
  if (!is_signalr_handshake(format)) return;
  signalr_ = std::make_unique<SignalRSide>();
  state_ = State::agreeing;
}

Session::~Session() {
  while (!rooms_.empty()) leave(rooms_.back());
  shard_.remove(*this);
}

// ---- out ---------------------------------------------------------------------------------------------------------

void Session::send(const SharedBytes& frame, bool ephemeral) {
  if (state_ == State::open) return queue(frame, ephemeral);
  if (state_ == State::counted) send_counted(frame);
}

void Session::queue(const SharedBytes& frame, bool ephemeral) {
  if (is_over_budget(frame) && !make_room(frame)) {
    if (!ephemeral) close_slow();
    return;
  }
  outbox_.push(frame, ephemeral);
  shard_.mark_dirty(*this);
}

bool Session::is_over_budget(const SharedBytes& frame) const {
  return !outbox_.empty() && outbox_.bytes() + frame.size() > limits::kOutboxBytes;
}

/// What came in one turn may be more than the budget without anybody being slow: the socket is asked first.
bool Session::make_room(const SharedBytes& frame) {
  transport_.flush(outbox_);
  if (is_over_budget(frame)) outbox_.drop_ephemeral();
  return !is_over_budget(frame);
}

void Session::close_slow() {
  outbox_.drop_unsent();
  close({CloseCode::slow, "too slow for its rooms, come back and catch up"});
}

void Session::send(const RequestId& id, const Event& event) {
  if (const auto frame = make_frame(ref_.format, id, event)) send(frame, is_ephemeral(event));
}

void Session::close(CloseReason reason) {
  if (is_closing()) return;
  log_debug("session_closing",
            {{"session", session_id()}, {"code", static_cast<int>(reason.code)}, {"reason", reason.text}});
  outbox_.push(goodbye_frame(ref_.format, reason), false);
  state_ = State::closing;
  shard_.mark_dirty(*this);
  transport_.finish();
}

void Session::check_alive(Instant now) {
  if (is_closing() || signalr_) return;
  if (now - last_heard_ > kSilenceBeforeEnd) return transport_.abort();
  if (now - last_heard_ > kSilenceBeforePing) transport_.ping();
}

// ---- in ----------------------------------------------------------------------------------------------------------

void Session::receive(std::string_view payload) {
  if (signalr_) return receive_signalr(payload);
  std::vector<Request> requests;
  codec_of(ref_.format).decode(payload, requests);
  for (auto& request : requests) {
    if (is_closing()) return;
    handle(request.id, request.command);
  }
}

void Session::handle(const RequestId& id, Command& command) {
  if (!greeted_ && !std::holds_alternative<Hello>(command) && !std::holds_alternative<Failure>(command)) {
    welcome({});
  }
  std::visit([&](auto& c) { handle(id, c); }, command);
}

void Session::handle(const RequestId& id, Failure& failure) {
  if (mistakes_.take(kMistakes, shard_.clock().now()) > Milliseconds{0}) {
    return close({CloseCode::policy, "too many requests that cannot be served"});
  }
  send(id, failure);
}

void Session::refuse(const RequestId& id, ErrorCode code, std::string message) {
  Failure failure{code, std::move(message)};
  handle(id, failure);
}

bool Session::is_over(RateMeter& meter, const RateLimit& limit, const RequestId& id, std::string_view what) {
  const auto wait = meter.take(limit, shard_.clock().now());
  if (wait == Milliseconds{0}) return false;
  send(id, Failure{ErrorCode::rate_limited, "too many " + std::string(what), wait});
  return true;
}

std::string Session::session_id() const { return written(id_); }
std::string Session::user_id() const { return to_text(user_id_); }
std::string Session::sender() const { return written(sender_); }
User Session::user() const { return {user_id(), user_name_}; }

/// Who has shown no secret is somebody new.
void Session::welcome(const RequestId& id) {
  if (!std::exchange(greeted_, true) && !identified_) {
    if (token().empty()) user_id_ = first_bytes<8>(random_bytes(8));
    sender_ = first_bytes<11>(sender_of(user_id(), session_id()));
  }
  if (user_name_.empty()) user_name_ = "guest-" + random_hex(2);
  const auto& settings = shard_.settings();
  send(id,
       Welcome{settings.node, session_id(), user(), sender(), settings.messages.per_second, settings.messages.burst});
}

void Session::handle(const RequestId& id, Hello& hello) {
  if (hello.name && !is_user_name(*hello.name)) return refuse(id, ErrorCode::bad_request, kNoName);
  const auto is_secret = [](const std::optional<std::string>& s) { return !s || s->size() >= 16; };
  if (!is_secret(hello.guest) || !is_secret(hello.producer)) {
    return refuse(id, ErrorCode::bad_request,
                  "\"guest\" and \"producer\" must have at least 16 characters nobody can guess");
  }
  const User before = user();
  bool is_other = hello.producer.has_value();
  // Who keeps only a producer is known by that: a repetition over another connection must come from the same person.
  const auto& secret = hello.guest || identified_ ? hello.guest : hello.producer;
  if (secret) {
    const auto person = person_of(*secret);
    is_other = is_other || person != user_id_;
    user_id_ = person;
    identified_ = true;
  }
  if (is_other) sender_ = first_bytes<11>(sender_of(user_id(), hello.producer.value_or(session_id())));
  if (hello.name) user_name_ = *hello.name;
  tell_rooms(before);
  welcome(id);
}

void Session::tell_rooms(const User& before) {
  const User now = user();
  if (now == before) return;
  for (const auto& membership : rooms_) shard_.hub().post(to_hub::Rename{membership.name(), before, now});
}

void Session::handle(const RequestId& id, AskNode&) {
  send(id, NodeAnswer{shard_.settings().node, session_id(), user_id()});
}

// ---- rooms -------------------------------------------------------------------------------------------------------

std::string Session::Membership::name() const { return std::string(room->name); }

Session::Membership* Session::find(std::string_view room) {
  const auto place =
      std::find_if(rooms_.begin(), rooms_.end(), [room](const Membership& m) { return m.room->name == room; });
  return place == rooms_.end() ? nullptr : &*place;
}

Session::Membership* Session::joined_room(const RequestId& id, const std::string& room) {
  Membership* membership = find(room);
  if (membership != nullptr && membership->admitted) return membership;
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
  if (is_over(joins_, shard_.settings().joins, id, "joins")) return;
  const Membership* known = find(join.room);
  if (known == nullptr && rooms_.size() >= limits::kRoomsPerSession) {
    return refuse(id, ErrorCode::too_many_rooms, "leave a room first");
  }
  if (known == nullptr) rooms_.push_back({&shard_.hold(join.room)});
  shard_.hub().post(to_hub::Join{ref_, id, std::move(join), user(), known != nullptr});
}

void Session::on_admitted(const to_shard::Admitted& mail) {
  Membership* membership = find(mail.joined.room);
  if (membership == nullptr) return;  // left again meanwhile
  const bool agreed = state_ == State::agreeing;
  if (agreed) state_ = State::open;
  for (const auto& event : mail.before) send({}, event);
  send(mail.id, mail.joined);
  membership->admitted = true;
  if (mail.more) {
    membership->replay_after = mail.joined.position.offset;
    membership->replay_due = replaying_ = true;
  } else {
    enter(*membership);
  }
  if (agreed) on_agreed();
}

void Session::on_replayed(const to_shard::Replayed& mail) {
  Membership* membership = find(mail.room);
  if (membership == nullptr) return;
  if (mail.frames) send(mail.frames, false);
  if (mail.last) {
    enter(*membership);
    return send({}, CaughtUp{mail.room, mail.end});
  }
  membership->replay_after = mail.end;
  membership->replay_due = replaying_ = true;
}

/// A page at a time, the next when the client has taken the last: whoever is far behind costs a page of memory, no
/// more.
void Session::on_drained() {
  if (!std::exchange(replaying_, false)) return;
  for (auto& membership : rooms_) {
    if (!std::exchange(membership.replay_due, false)) continue;
    shard_.hub().post(to_hub::ContinueReplay{ref_, membership.name(), membership.replay_after});
  }
}

void Session::enter(Membership& membership) {
  if (!membership.is_member()) membership.index = shard_.enter(*membership.room, *this);
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
  if (membership != nullptr && !membership->admitted) leave(*membership);
  if (disagreed) close({CloseCode::internal, "the lobby is closed for now"});
}

/// Tells the hub, takes this session out of the room, and forgets the membership.
void Session::leave(Membership& membership) {
  if (membership.is_member()) shard_.leave(*membership.room, membership.index);
  shard_.hub().post(to_hub::Leave{ref_, membership.name(), user()});
  shard_.release(*membership.room);
  if (&membership != &rooms_.back()) std::swap(membership, rooms_.back());
  rooms_.pop_back();
}

void Session::handle(const RequestId& id, Leave& request) {
  Membership* membership = find(request.room);
  if (membership == nullptr) {
    joined_room(id, request.room);  // answers why not
    return;
  }
  leave(*membership);
  if (!id.empty()) send(id, Left{request.room});
}

void Session::handle(const RequestId& id, Send& request) {
  if (joined_room(id, request.room) == nullptr) return;
  if (is_over(messages_, shard_.settings().messages, id, "messages")) return;
  if (request.name) {
    if (!is_user_name(*request.name)) return refuse(id, ErrorCode::bad_request, kNoName);
    const User before = user();
    user_name_ = *request.name;
    tell_rooms(before);
  }
  Draft draft{user(),   std::move(request.content), shard_.clock().unix_ms(), shard_.settings().node, sender(),
              request.n};
  std::string key = request.n == 0 ? std::string() : draft.sender;
  shard_.hub().post(to_hub::Send{ref_, id, {std::move(request.room), std::move(key), request.n, encode_body(draft)}});
}

void Session::handle(const RequestId& id, ReadHistory& request) {
  if (joined_room(id, request.room) == nullptr) return;
  if (is_over(joins_, shard_.settings().joins, id, "requests for history")) return;
  shard_.hub().post(to_hub::ReadHistory{ref_, id, std::move(request)});
}

void Session::handle(const RequestId& id, ListMembers& request) {
  if (joined_room(id, request.room) == nullptr) return;
  shard_.hub().post(to_hub::ListMembers{ref_, id, std::move(request.room)});
}

void Session::handle(const RequestId& id, NotifyTyping& request) {
  if (joined_room(id, request.room) == nullptr) return;
  if (is_over(messages_, shard_.settings().messages, id, "typing notes")) return;
  shard_.hub().post(to_hub::NotifyTyping{std::move(request.room), user()});
  if (!id.empty()) send(id, Done{});
}

}  // namespace chat
