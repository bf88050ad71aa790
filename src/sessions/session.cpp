#include "chat/sessions/session.hpp"

#include <cstring>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/base/metrics.hpp"
#include "chat/core/limits.hpp"
#include "chat/rooms/prices.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/session_watch.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/sessions/transport.hpp"

namespace chat {
namespace {

constexpr CloseReason kNoToken{CloseCode::unauthorized, "this cluster needs a valid token"};

Counter closed_sessions{"chat_sessions_closed_total", "Sessions that this node has closed, for whatever reason"};
Counter dropped_hints{"chat_hints_dropped_total", "Typing, presence, notices … that slow clients did not get"};

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
  tell_ended(close_reason_.empty() ? "the client has left, or its connection broke" : close_reason_);
  shard_.remove(*this);
}

// ---- out ---------------------------------------------------------------------------------------------------------

bool Session::send(const SharedBytes& frame, bool ephemeral) {
  if (state_ == State::open) return queue(frame, ephemeral);
  return state_ == State::diverted && dialogue_->send(*this, frame, ephemeral);
}

void Session::divert_frames(bool to_dialogue) {
  if (!is_closing()) state_ = to_dialogue ? State::diverted : State::open;
}

bool Session::queue(const SharedBytes& frame, bool ephemeral) {
  if (is_over_budget(frame) && !make_room(frame, ephemeral)) {
    ephemeral ? dropped_hints.add() : close_slow();
    return false;
  }
  put(frame, ephemeral);
  return true;
}

void Session::put(const SharedBytes& frame, bool ephemeral) {
  outbox_.push(frame, ephemeral);
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
bool Session::make_room(const SharedBytes& frame, bool ephemeral) {
  transport_.flush(outbox_);
  if (is_over_budget(frame) && !ephemeral) dropped_hints.add(outbox_.drop_ephemeral());
  return !is_over_budget(frame);
}

void Session::close_slow() {
  outbox_.drop_unsent();
  close({CloseCode::slow, "too slow for its rooms, come back and catch up"});
}

bool Session::send(const RequestId& id, const Event& event) {
  const auto* refusal = std::get_if<Failure>(&event);
  if (refusal != nullptr && refusal->code == ErrorCode::rate_limited) {
    if (is_closing()) return false;
    if (meters_.is_over_refusals(shard_.clock().now())) {
      close({CloseCode::policy, "requests go on although they are refused, wait as long as you are told"});
      return false;
    }
  }
  if (dialogue_->take(*this, id, event)) return true;
  const auto frame = make_frame(ref_.format, id, event);
  return frame && send(frame, is_ephemeral(event));
}

void Session::send_control(const SharedBytes& frame) {
  if (!is_closing() && !dialogue_->is_detached()) queue(frame, false);
}

void Session::close(CloseReason reason) {
  if (is_closing()) return;
  closed_sessions.add();
  close_reason_ = reason.text;
  log_debug("session_closing",
            {{"session", person_.session_id()}, {"code", static_cast<int>(reason.code)}, {"reason", reason.text}});
  dialogue_->says_goodbye(reason) ? put(goodbye_frame(ref_.format, reason), false) : shard_.mark_dirty(*this);
  state_ = State::closing;
  transport_.finish();
}

// ---- in ----------------------------------------------------------------------------------------------------------

void Session::handle(const RequestId& id, Command& command) {
  if (deciding_) {
    if (deciding_->behind.size() >= limits::kPostponedRequests) {
      send(id, Failure{ErrorCode::busy, "too many requests wait for the application"});
      return;
    }
    deciding_->behind.emplace_back(id, std::move(command));
    return;
  }
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
  tell_begun();
  send(id, Welcome{settings.node, person_.session_id(), person_.user(), person_.sender(person_.user_id()),
                   settings.messages.per_second, settings.messages.burst, expires()});
}

void Session::tell_begun() {
  SessionWatch* const watch = shard_.settings().watch;
  if (watch != nullptr && !std::exchange(is_told_, true)) watch->on_begun(person_.session_id(), person_.user());
}

void Session::tell_ended(std::string_view reason) {
  if (std::exchange(is_told_, false)) shard_.settings().watch->on_ended(person_.session_id(), reason);
}

void Session::tell_user_change(const User& before) {
  if (!is_told_ || before.id == person_.user_id()) return;
  tell_ended("its user is another one now");
  tell_begun();
}

void Session::handle(const RequestId& id, Hello& hello) {
  if (!hello.token) return serve_hello(id, hello);
  if (!pays(id, prices::kToken)) return;
  const std::string token = *std::exchange(hello.token, std::nullopt);
  take_token(id, token, [this, id, hello]() mutable { serve_hello(id, hello); });
}

void Session::serve_hello(const RequestId& id, Hello& hello) {
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
  tell_user_change(before);
  if (before.id != person_.user_id()) recheck();
  if (!is_closing()) welcome(id);
}

void Session::handle(const RequestId& id, Refresh& refresh) {
  if (!pays(id, prices::kToken)) return;
  take_token(id, refresh.token, [this, id] { send(id, Refreshed{expires()}); });
}

void Session::handle(const RequestId& id, AskNode&) {
  if (!pays(id, prices::kRequest)) return;
  send(id, NodeAnswer{shard_.settings().node, person_.session_id(), person_.user_id()});
}

void Session::handle(const RequestId& id, WatchCluster& watch) {
  if (!pays(id, prices::kRequest)) return;
  shard_.watch(ref_, watch.on);
  send(id, Watching{watch.on});
}

void Session::handle(const RequestId& id, Call& call) {
  const auto& has_method = shard_.settings().has_method;
  if (!has_method || !has_method(call.method)) return handle(id, call.unknown);
  if (!pays(id, prices::kRequest)) return;
  shard_.rooms().post(to_rooms::Call{ref_, id, person_.session_id(), person_.user(), std::move(call), caller()});
}

// ---- questions of the application ----------------------------------------------------------------------------------

void Session::ask(const std::string& method, const std::string& arguments, Instant due, Completion<std::string> done) {
  if (!asks_) asks_ = std::make_unique<Asks>();
  const auto id = asks_->add(shard_.clock().now(), due, done);
  if (!id) return done(Failure{ErrorCode::busy, "too many questions wait for this client"});
  send({}, Ask{*id, method, arguments});
}

bool Session::answer(std::string_view ask, Result<std::string> answer) {
  return asks_ && asks_->answer(ask, std::move(answer));
}

void Session::handle(const RequestId& id, AnswerAsk& given) {
  if (!answer(given.id, std::move(given.answer))) refuse(id, ErrorCode::not_found, "no question of this id waits");
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

std::uint64_t Session::caller() const { return person_.principal().is_guest() ? payer().address : payer().person; }

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
