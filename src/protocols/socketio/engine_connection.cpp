#include "protocols/socketio/engine_connection.hpp"

#include <utility>

#include "protocols/socketio/payload.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;
using RequestKind = ConnectionRequest::Kind;

constexpr Milliseconds kWriting{1500};  // for news of the last answer, when the next poll is there
constexpr Seconds kUpgradeTime{10};     // for a client that tries a socket to go on over it
constexpr Milliseconds kSoon{100};      // that a poll may wait while the client tries a socket
constexpr std::string_view kNoop = "6";

}  // namespace

// ---- from the client ---------------------------------------------------------------------------------------------

http::status EngineConnection::receive(std::string_view payload) {
  if (receives_) end_overlap();
  if (stage_ == Stage::upgraded || session().is_closing()) return http::status::bad_request;
  read(payload);
  return http::status::accepted;
}

void EngineConnection::begin_post(const Answer& answer) {
  if (receives_) end_overlap();
  receives_ = true;
  answer({http::status::accepted, {}});
}

void EngineConnection::finish_post(const ConnectionRequest& request, const Answer& answer) {
  receives_ = false;
  answer({request.ack == 0 && !session().is_closing() ? receive(request.body) : http::status::bad_request, {}});
}

void EngineConnection::end_overlap() { session().close({CloseCode::protocol_error, "two POSTs at once"}); }

void EngineConnection::read(std::string_view payload) {
  const bool is_good = split_payload(payload, [this](std::string_view packet, bool binary) {
    if (!binary && packet == "1") {
      leave();
      return false;
    }
    binary ? session().receive_binary(packet) : session().receive(packet);
    return !session().is_closing();
  });
  if (is_good) return;
  session().close({CloseCode::protocol_error, "this is no payload of Engine.IO"});
  abort();
}

/// A poll ends with a noop then, be it there already or on its way.
void EngineConnection::leave() {
  session().close({CloseCode::normal, ""});
  if (stage_ == Stage::upgraded || mailbox().is_awaited()) return abort();
  left_ = true;
}

void EngineConnection::abort() {
  over_ = true;
  UpgradableConnection::abort();
}

// ---- polls -------------------------------------------------------------------------------------------------------

void EngineConnection::poll(std::uint64_t ack, const Answer& answer) {
  if (over_) return answer({http::status::not_found, {}});
  if (stage_ == Stage::upgraded) return answer({http::status::bad_request, {}});
  if (left_) {
    answer({http::status::ok, std::string(kNoop)});
    return abort();
  }
  if (!mailbox().is_awaited()) return PolledConnection::poll(ack, answer);
  answer({http::status::bad_request, {}});
  session().close({CloseCode::protocol_error, "two polls at once"});
}

void EngineConnection::take_poll(std::uint64_t ack, PollMailbox::Answer answer) {
  if (stage_ == Stage::upgraded) return mailbox().poll(ack, std::move(answer), session().outbox());
  mailbox().wait(std::move(answer), session().outbox());
  if (stage_ == Stage::probed && mailbox().is_awaited()) answer_soon();
}

/// A client that tries a socket waits for its poll to end before it goes on over the socket.
void EngineConnection::answer_soon() {
  after(kSoon, [this] {
    if (stage_ == Stage::probed) mailbox().let_go();
  });
}

void EngineConnection::written(std::uint64_t ack) {
  if (stage_ == Stage::upgraded) return;
  mailbox().acknowledge(ack);
  flush(session().outbox());
}

ConnectionAnswer EngineConnection::answer_with(std::uint64_t number, const std::string& events) const {
  if (stage_ == Stage::upgraded) {
    return events.empty() ? ConnectionAnswer{http::status::no_content, {}}
                          : ConnectionAnswer{http::status::ok, events, number};
  }
  if (events.empty()) return {http::status::ok, std::string(kNoop)};
  std::string payload = payload_of_frames(events);
  return {payload.empty() ? http::status::not_found : http::status::ok, std::move(payload), number};
}

void EngineConnection::look(Instant now) {
  if (stage_ == Stage::probed && now > last_moment()) stage_ = Stage::polled;
  const bool is_lost =
      stage_ != Stage::upgraded && mailbox().is_awaited() && !mailbox().is_acknowledged() && now - since() > kWriting;
  is_lost || left_ ? abort() : UpgradableConnection::look(now);
}

// ---- a WebSocket -------------------------------------------------------------------------------------------------

void EngineConnection::take_from_socket(const ConnectionRequest& request, const Answer& answer) {
  const auto answer_if = [&answer](bool is) { answer({is ? http::status::accepted : http::status::bad_request, {}}); };
  const bool is_open = !session().is_closing();
  switch (request.kind) {
    case RequestKind::begin:
      return begin_post(answer);
    case RequestKind::finish:
      return finish_post(request, answer);
    case RequestKind::offer:
      return answer_if(is_open && wants_socket());
    case RequestKind::probe:
      return answer_if(is_open && !is_tried() && probe());
    case RequestKind::upgrade:
      return answer_if(is_open && !is_tried() && upgrade());
    case RequestKind::pull:
      if (stage_ != Stage::upgraded || over_ || is_moved()) return answer_if(false);
      return PolledConnection::poll(request.ack, answer);
    case RequestKind::push:
      if (stage_ != Stage::upgraded || is_moved() || !is_open) return answer_if(false);
      read(request.body);
      return answer_if(true);
    default:
      return answer_if(false);
  }
}

/// A packet over a socket of its own.
void EngineConnection::on_trial(std::string_view packet, bool binary) {
  if (!binary && packet == "2probe" && probe()) return say_on_trial(frame_of(session().format(), "3probe").view());
  if (binary || packet != "5" || !upgrade()) return end_trial();
  move();
  be_unlisted();
  flush(session().outbox());
}

bool EngineConnection::probe() {
  if (stage_ != Stage::polled) return false;
  stage_ = Stage::probed;
  set_last_moment(now() + kUpgradeTime);
  mailbox().let_go();
  return true;
}

/// The client has ended its polls, so it has their answers.
bool EngineConnection::upgrade() {
  if (stage_ != Stage::probed) return false;
  mailbox().let_go();
  mailbox().acknowledge_last();
  stage_ = Stage::upgraded;
  return true;
}

}  // namespace chat
