#include "chat/sessions/session.hpp"

#include <cstring>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/base/metrics.hpp"
#include "chat/core/limits.hpp"
#include "chat/rooms/prices.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/sessions/transport.hpp"

namespace chat {
namespace {

constexpr CloseReason kNoToken{CloseCode::unauthorized, "this cluster needs a valid token"};

Counter closed_sessions{"chat_sessions_closed_total", "Sessions that this node has closed, for whatever reason"};

}  // namespace

Session::Session(Shard& shard, Transport& transport, Format format, DialoguePtr dialogue)
    : shard_(shard),
      transport_(transport),
      ref_(shard.add(*this, format, dialogue->greeting().within)),
      last_heard_(shard.clock().now()),
      dialogue_(std::move(dialogue)) {
  dialogue_->begin(*this);
}

Session::~Session() {
  memberships_.leave_all(*this);
  shard_.remove(*this);
}

// ---- out ---------------------------------------------------------------------------------------------------------

void Session::send(const SharedBytes& frame, bool ephemeral) {
  if (state_ == State::open) return queue(frame, ephemeral);
  if (state_ == State::diverted) dialogue_->send(*this, frame);
}

void Session::divert_frames(bool to_dialogue) {
  if (!is_closing()) state_ = to_dialogue ? State::diverted : State::open;
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
  corked_ = false;
  shard_.mark_dirty(*this);
}

void Session::uncork() {
  if (std::exchange(corked_, false)) shard_.mark_dirty(*this);
}

bool Session::is_over_budget(const SharedBytes& frame) const {
  return !outbox_.empty() && outbox_.bytes() + frame.size() > limits::kOutboxBytes;
}

/// One turn may bring more than the budget to a client that is not slow: the socket is asked first.
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
  if (refusal != nullptr && refusal->code == ErrorCode::rate_limited) {
    if (is_closing()) return;
    if (meters_.is_over_refusals(shard_.clock().now())) {
      return close({CloseCode::policy, "requests go on although they are refused, wait as long as you are told"});
    }
  }
  if (dialogue_->take(*this, id, event)) return;
  if (const auto frame = make_frame(ref_.format, id, event)) send(frame, is_ephemeral(event));
}

void Session::send_control(const SharedBytes& frame) {
  if (!is_closing() && !dialogue_->is_detached()) queue(frame, false);
}

void Session::close(CloseReason reason) {
  if (is_closing()) return;
  closed_sessions.add();
  log_debug("session_closing",
            {{"session", person_.session_id()}, {"code", static_cast<int>(reason.code)}, {"reason", reason.text}});
  dialogue_->says_goodbye(reason) ? put(goodbye_frame(ref_.format, reason), false) : shard_.mark_dirty(*this);
  state_ = State::closing;
  transport_.finish();
}

// ---- in ----------------------------------------------------------------------------------------------------------

void Session::handle(const RequestId& id, Command& command) {
  if (lacks_token(command)) {
    send(id, Failure{ErrorCode::unauthorized, std::string(kNoToken.text)});
    return close(kNoToken);
  }
  if (!person_.is_greeted() && !std::holds_alternative<Hello>(command) && !std::holds_alternative<Failure>(command)) {
    welcome({});
  }
  std::visit(
      [&](auto& request) {
        if constexpr (requires { memberships_.handle(*this, id, request); }) {
          memberships_.handle(*this, id, request);
        } else {
          handle(id, request);
        }
      },
      command);
}

void Session::handle(const RequestId& id, Failure& failure) {
  if (meters_.is_over_mistakes(shard_.clock().now())) {
    return close({CloseCode::policy, "too many requests that cannot be served"});
  }
  send(id, failure);
}

void Session::refuse(const RequestId& id, ErrorCode code, std::string message) {
  Failure failure{code, std::move(message)};
  handle(id, failure);
}

void Session::welcome(const RequestId& id) {
  person_.greet();
  const auto& settings = shard_.settings();
  send(id, Welcome{settings.node, person_.session_id(), person_.user(), person_.sender(), settings.messages.per_second,
                   settings.messages.burst, expires()});
}

void Session::handle(const RequestId& id, Hello& hello) {
  if (hello.token && (!pays(id, prices::kToken) || !take_token(id, *hello.token))) return;
  if (hello.name && !normalize_name(id, *hello.name)) return;
  const auto is_secret = [](const std::optional<std::string>& s) { return !s || s->size() >= 16; };
  if (!is_secret(hello.identity_secret) || !is_secret(hello.producer)) {
    return refuse(id, ErrorCode::bad_request,
                  "\"identity_secret\" and \"producer\" must have at least 16 characters nobody can guess");
  }
  const bool changes = person_.is_changed_by(hello);
  if (!pays(id, changes ? prices::identity(memberships_.count()) : prices::kRequest)) return;
  const User before = person_.user();
  person_.become(hello);
  memberships_.tell_rooms(*this, before);
  if (before.id != person_.user_id()) recheck();
  if (!is_closing()) welcome(id);
}

void Session::handle(const RequestId& id, Refresh& refresh) {
  if (!pays(id, prices::kToken)) return;
  if (take_token(id, refresh.token)) send(id, Refreshed{expires()});
}

void Session::handle(const RequestId& id, AskNode&) {
  if (!pays(id, prices::kRequest)) return;
  send(id, NodeAnswer{shard_.settings().node, person_.session_id(), person_.user_id()});
}

bool Session::normalize_name(const RequestId& id, std::string& name) {
  if (!name.empty() && name == person_.name()) return true;  // some clients give it with each message
  if (auto normal = to_user_name(name)) {
    name = *std::move(normal);
    return true;
  }
  refuse(id, ErrorCode::bad_request,
         "\"name\" must have 1 to 64 bytes and something to see, and no control, format or private characters");
  return false;
}

bool Session::rename(const RequestId& id, std::string name) {
  if (person_.has_fixed_name()) return true;  // some clients give one with each message
  if (!normalize_name(id, name)) return false;
  if (name == person_.name()) return true;
  if (!pays(id, prices::identity(memberships_.count()))) return false;
  const User before = person_.user();
  person_.rename(std::move(name));
  memberships_.tell_rooms(*this, before);
  return true;
}

// ---- rights and rates --------------------------------------------------------------------------------------------

Access Session::access(std::string_view room) const {
  return shard_.settings().policy->access(person_.principal(), room);
}

Payer Session::payer() const {
  std::uint64_t person = 0;
  std::memcpy(&person, person_.principal().person.data(), sizeof person);
  return {transport_.address(), person};
}

void Session::refuse_for(const RequestId& id, Milliseconds wait, std::string_view what) {
  send(id, Failure{ErrorCode::rate_limited, "too many " + std::string(what), wait});
}

bool Session::pays_message(const RequestId& id) {
  const auto wait = meters_.take_message(shard_.settings(), shard_.clock().now());
  if (wait > Milliseconds{0}) refuse_for(id, wait, "messages");
  return wait == Milliseconds{0};
}

bool Session::pays(const RequestId& id, std::uint32_t price) {
  const auto wait = charge(price);
  if (wait > Milliseconds{0}) refuse_for(id, wait, "requests");
  return wait == Milliseconds{0};
}

Milliseconds Session::charge(std::uint32_t price) {
  return meters_.charge(shard_.settings(), shard_.rates(), payer(), price, shard_.clock().now());
}

}  // namespace chat
