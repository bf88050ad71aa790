#include "chat/transport/polling/polled_connection.hpp"

#include <utility>

#include "chat/codec/http_framing.hpp"

namespace chat {

namespace http = boost::beast::http;

PolledConnection::PolledConnection(LogicalConnections& owner, std::string_view id, Admitted client, Format format,
                                   DialoguePtr dialogue, std::function<void(bool)> opened)
    : LogicalConnection(owner, id, std::move(client), format, std::move(dialogue)),
      polls_(new Polls{std::move(opened), now()}) {}

void PolledConnection::on_addressable(bool is) {
  std::exchange(polls_->opened, nullptr)(is);
  if (!is) remove();
}

void PolledConnection::poll(std::uint64_t ack, const Answer& answer) {
  polls_->since = now();
  take_poll(ack,
            [this, answer](std::uint64_t number, const std::string& events) { answer(answer_with(number, events)); });
  if (!polls_->mailbox.is_awaited()) after_answer();
}

void PolledConnection::take_poll(std::uint64_t ack, PollMailbox::Answer answer) {
  polls_->mailbox.poll(ack, std::move(answer), session().outbox());
}

ConnectionAnswer PolledConnection::answer_with(std::uint64_t number, const std::string& events) const {
  if (events.empty()) return {http::status::no_content, {}};
  return {http::status::ok, poll_answer(number, events)};
}

void PolledConnection::flush(Outbox& outbox) {
  if (polls_->mailbox.flush(outbox)) after_answer();
}

void PolledConnection::after_answer() {
  polls_->since = now();
  if (!session().outbox().empty()) return;
  if (session().is_closing()) return on_told();
  session().memberships().on_drained(session());
}

void PolledConnection::look(Instant now) {
  if (now - polls_->since <= (polls_->mailbox.is_awaited() ? kPending : kUnpolled)) return;
  if (!polls_->mailbox.is_awaited()) return abort();
  polls_->since = now;
  polls_->mailbox.let_go();
}

void PolledConnection::abort() {
  if (polls_) polls_->mailbox.let_go();
  remove();
}

}  // namespace chat
