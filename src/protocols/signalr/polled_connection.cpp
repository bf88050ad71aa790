#include "protocols/signalr/polled_connection.hpp"

#include <utility>

namespace chat {
namespace {

namespace http = boost::beast::http;

constexpr Milliseconds kAnswerWriting{1500};  // for news of the last answer, when the next poll is there

}  // namespace

void SignalRPolledConnection::poll(std::uint64_t ack, const Answer& answer) {
  PolledConnection::poll(ack, answer);
  if (over_ && mailbox().is_awaited()) abort();
}

void SignalRPolledConnection::take_poll(std::uint64_t, PollMailbox::Answer answer) {
  mailbox().wait(std::move(answer), session().outbox());
}

void SignalRPolledConnection::written(std::uint64_t ack) {
  mailbox().acknowledge(ack);
  flush(session().outbox());
}

/// 204 is the end for these clients.
ConnectionAnswer SignalRPolledConnection::answer_with(std::uint64_t number, const std::string& events) const {
  if (events.empty()) return {over_ ? http::status::no_content : http::status::ok, {}};
  return {http::status::ok, events, number};
}

void SignalRPolledConnection::look(Instant now) {
  const bool is_lost = mailbox().is_awaited() && !mailbox().is_acknowledged() && now - since() > kAnswerWriting;
  is_lost ? abort() : PolledConnection::look(now);
}

void SignalRPolledConnection::abort() {
  over_ = true;
  PolledConnection::abort();
}

}  // namespace chat
