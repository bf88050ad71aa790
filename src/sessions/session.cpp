#include "chat/sessions/session.hpp"

#include <cstring>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/base/metrics.hpp"
#include "chat/sessions/session_watch.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/sessions/transport.hpp"
#include "sessions/requests.hpp"

namespace chat {
namespace {

constexpr CloseReason kNoToken{CloseCode::unauthorized, "this cluster needs a valid token"};

Counter closed_sessions{"chat_sessions_closed_total", "Sessions that this node has closed, for whatever reason"};
Counter dropped_hints{"chat_slow_consumers_total{action=\"dropped_hint\"}", limits::kSlowHelp};
Counter closed_slow{"chat_slow_consumers_total{action=\"closed\"}", limits::kSlowHelp};

}  // namespace

Session::Session(Shard& shard, Transport& transport, Format format, DialoguePtr dialogue)
    : shard_(shard),
      transport_(transport),
      ref_(shard.sessions().add(*this, format)),
      last_heard_(shard.clock().now()),
      dialogue_(std::move(dialogue)) {
  shard_.clockwork().expect_greeting(ref_, dialogue_->greeting().within);
  dialogue_->begin(*this);
}

Session::~Session() {
  memberships_.leave_all(*this);
  const std::string_view reason =
      close_reason_.empty() ? "the client has left, or its connection broke" : close_reason_;
  log_debug("session_ended", {{"session", person_.session_id()}, {"reason", reason}});
  tell_ended(reason);
  shard_.sessions().remove(*this, ref_);
  shard_.flush_list().forget(*this);
}

// ---- out ---------------------------------------------------------------------------------------------------------

bool Session::send(const SharedBytes& frame, bool ephemeral) {
  if (state_ == State::open) return queue(frame, ephemeral);
  return state_ == State::diverted && dialogue_->send(*this, frame, ephemeral);
}

void Session::divert_frames(bool to_dialogue) {
  if (!is_closing()) state_ = to_dialogue ? State::diverted : State::open;
}

/// One turn may bring more than the budget to a client that is not slow: the socket is asked first.
bool Session::queue(const SharedBytes& frame, bool ephemeral) {
  if (!outbox_.has_room_for(frame)) {
    transport_.flush(outbox_);
    if (!ephemeral && !outbox_.has_room_for(frame)) dropped_hints.add(outbox_.drop_ephemeral());
    if (!outbox_.has_room_for(frame)) {
      ephemeral ? dropped_hints.add() : close_slow();
      return false;
    }
  }
  put(frame, ephemeral);
  return true;
}

void Session::put(const SharedBytes& frame, bool ephemeral) {
  outbox_.push(frame, ephemeral);
  corked_ = false;
  shard_.flush_list().mark(*this);
}

void Session::uncork() {
  if (std::exchange(corked_, false)) shard_.flush_list().mark(*this);
}

void Session::close_slow() {
  closed_slow.add();
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
  dialogue_->says_goodbye(reason) ? put(goodbye_frame(ref_.format, reason), false) : shard_.flush_list().mark(*this);
  state_ = State::closing;
  transport_.finish();
}

// ---- in ----------------------------------------------------------------------------------------------------------

bool Session::lacks_token(const Command& command) const {
  if (!shard_.settings().requires_token || !person_.principal().is_guest()) return false;
  const auto* hello = std::get_if<Hello>(&command);
  return hello == nullptr || !hello->token;
}

void Session::handle(const RequestId& id, Command& command) {
  if (token_.postpones(*this, id, command)) return;
  if (lacks_token(command)) {
    send(id, Failure{ErrorCode::unauthorized, std::string(kNoToken.text)});
    return close(kNoToken);
  }
  if (!person_.is_greeted() && !std::holds_alternative<Hello>(command) && !std::holds_alternative<Failure>(command)) {
    welcome(*this, {});
  }
  std::visit(
      [&](auto& request) {
        if constexpr (requires { memberships_.handle(*this, id, request); }) {
          memberships_.handle(*this, id, request);
        } else {
          serve(*this, id, request);
        }
      },
      command);
}

void Session::refuse(const RequestId& id, ErrorCode code, std::string message) {
  Failure failure{code, std::move(message)};
  serve(*this, id, failure);
}

void Session::recheck() {
  if (is_closing()) return;
  if (const auto reason = shard_.settings().policy->exclusion(person_.principal())) return close(*reason);
  memberships_.recheck(*this);
}

// ---- the node's watch ----------------------------------------------------------------------------------------------

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
