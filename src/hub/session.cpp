#include "chat/hub/session.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/base/log.hpp"
#include "chat/codec/signalr.hpp"
#include "chat/core/limits.hpp"
#include "chat/hub/hub.hpp"
#include "chat/hub/identity.hpp"
#include "chat/hub/prices.hpp"
#include "chat/hub/shard.hpp"
#include "chat/hub/transport.hpp"
#include "hub/signalr_side.hpp"

namespace chat {
namespace {

constexpr Seconds kSilenceBeforePing{20};
constexpr Seconds kSilenceBeforeEnd{60};
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
std::array<char, 11> sender_of(std::string_view user_id, std::string_view producer) {
  return first_bytes<11>(sha256(std::string(user_id) + ':' + std::string(producer)));
}

}  // namespace

Session::Session(Shard& shard, Transport& transport, Format format)
    : shard_(shard), transport_(transport), ref_(shard.add(*this, format)), last_heard_(shard.clock().now()) {
  id_ = first_bytes<8>(random_bytes(8));
  if (!is_signalr_handshake(format)) return;
  signalr_ = std::make_unique<SignalRSide>();
  state_ = State::agreeing;
}

/// What was said behind a join is said, although nobody waits for the answer.
Session::~Session() {
  if (waiting_) {
    for (auto& held : *waiting_) {
      if (auto* send = std::get_if<to_hub::Send>(&held.request)) say(std::move(*send));
    }
  }
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
  put(frame, ephemeral);
}

void Session::put(SharedBytes frame, bool ephemeral) {
  outbox_.push(std::move(frame), ephemeral);
  held_ = false;
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
  const auto* refusal = std::get_if<Failure>(&event);
  if (refusal != nullptr && refusal->code == ErrorCode::rate_limited && is_closing()) return;
  if (refusal != nullptr && refusal->code == ErrorCode::rate_limited &&
      refusals_.take(prices::kRefusals, shard_.clock().now()) > Milliseconds{0}) {
    return close({CloseCode::policy, "requests go on although they are refused, wait as long as you are told"});
  }
  if (signalr_ && is_upload_part(id)) return on_uploaded(id, event);
  if (const auto frame = make_frame(ref_.format, id, event)) send(frame, is_ephemeral(event));
}

void Session::close(CloseReason reason) {
  if (is_closing()) return;
  log_debug("session_closing",
            {{"session", session_id()}, {"code", static_cast<int>(reason.code)}, {"reason", reason.text}});
  say_goodbye(reason);
  state_ = State::closing;
  transport_.finish();
}

/// SignalR's JavaScript client (10.0, HttpConnection.ts) told to come back opens a socket for the connection it is
/// leaving, on whichever node, if that could have gone on; and forgets it. One that just loses its socket does not.
void Session::say_goodbye(const CloseReason& reason) {
  if (state_ == State::counted && reason.code != CloseCode::normal) return shard_.mark_dirty(*this);
  put(goodbye_frame(ref_.format, reason), false);
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

void Session::join(std::string room) {
  Command join = Join{std::move(room), {}};
  handle({}, join);
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

Payer Session::payer() const {
  std::uint64_t person = 0;
  std::memcpy(&person, user_id_.data(), sizeof person);
  return {transport_.address(), person};
}

void Session::refuse_for(const RequestId& id, Milliseconds wait, std::string_view what) {
  send(id, Failure{ErrorCode::rate_limited, "too many " + std::string(what), wait});
}

bool Session::is_over_messages(const RequestId& id) {
  const auto wait = messages_.take(shard_.settings().messages, shard_.clock().now());
  if (wait > Milliseconds{0}) refuse_for(id, wait, "messages");
  return wait > Milliseconds{0};
}

bool Session::is_over(const RequestId& id, std::uint32_t price) {
  const auto wait = charge(price);
  if (wait > Milliseconds{0}) refuse_for(id, wait, "requests");
  return wait > Milliseconds{0};
}

/// The narrowest meter first: what a connection may not do costs its person and its address nothing.
Milliseconds Session::charge(std::uint32_t price) {
  const auto& settings = shard_.settings();
  if (settings.requests.is_off()) return Milliseconds{0};
  const Instant now = shard_.clock().now();
  using Kind = RateTable::Kind;
  if (const auto wait = requests_.take(settings.requests, now, price); wait > Milliseconds{0}) return wait;
  const auto [address, person] = payer();
  if (person != 0) {  // before the greeting there is none
    const auto wait = shard_.rates().take(Kind::person_requests, person, settings.requests, now, price);
    if (wait > Milliseconds{0}) return wait;
  }
  return shard_.rates().take(Kind::address_requests, address, settings.address_requests, now, price);
}

std::string Session::session_id() const { return written(id_); }
std::string Session::user_id() const { return to_text(user_id_); }
std::string Session::sender() const { return sender_ ? written(*sender_) : user_id(); }
User Session::user() const { return {user_id(), user_name_}; }

/// Who has shown no secret is somebody new.
void Session::welcome(const RequestId& id) {
  if (!std::exchange(greeted_, true) && !identified_ && token().empty()) user_id_ = new_person();
  if (user_name_.empty()) user_name_ = "guest-" + random_hex(2);
  const auto& settings = shard_.settings();
  send(id,
       Welcome{settings.node, session_id(), user(), sender(), settings.messages.per_second, settings.messages.burst});
}

bool Session::normalize_name(const RequestId& id, std::string& name) {
  if (!name.empty() && name == user_name_) return true;  // SignalR's clients give it with each message
  if (auto normal = to_user_name(name)) {
    name = *std::move(normal);
    return true;
  }
  refuse(id, ErrorCode::bad_request,
         "\"name\" must have 1 to 64 bytes and something to see, and no control, format or private characters");
  return false;
}

void Session::handle(const RequestId& id, Hello& hello) {
  if (hello.name && !normalize_name(id, *hello.name)) return;
  const auto is_secret = [](const std::optional<std::string>& s) { return !s || s->size() >= 16; };
  if (!is_secret(hello.guest) || !is_secret(hello.producer)) {
    return refuse(id, ErrorCode::bad_request,
                  "\"guest\" and \"producer\" must have at least 16 characters nobody can guess");
  }
  // Who keeps only a producer is known by that: a repetition over another connection must come from the same person.
  const auto& secret = hello.guest || identified_ ? hello.guest : hello.producer;
  const PersonId person = secret ? person_of(*secret) : user_id_;
  const bool changes = person != user_id_ || (hello.name && *hello.name != user_name_);
  if (is_over(id, changes ? prices::identity(rooms_.size()) : prices::kRequest)) return;
  const User before = user();
  const bool is_other = hello.producer || person != user_id_;
  user_id_ = person;
  identified_ = identified_ || secret.has_value();
  if (is_other) {
    const std::string producer = hello.producer.value_or(session_id());
    sender_ = person_of(producer) == user_id_ ? std::nullopt : std::optional(sender_of(user_id(), producer));
  }
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
  if (is_over(id, prices::kRequest)) return;
  send(id, NodeAnswer{shard_.settings().node, session_id(), user_id()});
}

}  // namespace chat
