#include "chat/transport/polling/polled_connection.hpp"

#include <utility>

#include "chat/codec/http_framing.hpp"

namespace chat {

namespace http = boost::beast::http;

PolledConnection::PolledConnection(LogicalConnections& owner, std::string id, Admitted client, Format format,
                                   DialoguePtr dialogue, std::function<void(bool)> opened)
    : LogicalConnection(owner, std::move(id), std::move(client), format, std::move(dialogue)),
      opened_(std::move(opened)),
      since_(now()) {}

void PolledConnection::on_addressable(bool is) {
  std::exchange(opened_, nullptr)(is);
  if (!is) remove();
}

void PolledConnection::poll(std::uint64_t ack, const Answer& answer) {
  since_ = now();
  take_poll(ack,
            [this, answer](std::uint64_t number, const std::string& events) { answer(answer_with(number, events)); });
  if (!mailbox_.is_awaited()) after_answer();
}

void PolledConnection::take_poll(std::uint64_t ack, PollMailbox::Answer answer) {
  mailbox_.poll(ack, std::move(answer), session().outbox());
}

ConnectionAnswer PolledConnection::answer_with(std::uint64_t number, const std::string& events) const {
  if (events.empty()) return {http::status::no_content, {}};
  return {http::status::ok, poll_answer(number, events)};
}

void PolledConnection::flush(Outbox& outbox) {
  if (mailbox_.flush(outbox)) after_answer();
}

void PolledConnection::after_answer() {
  since_ = now();
  if (!session().outbox().empty()) return;
  if (session().is_closing()) return on_told();
  session().memberships().on_drained(session());
}

void PolledConnection::look(Instant now) {
  if (now - since_ <= (mailbox_.is_awaited() ? kPending : kUnpolled)) return;
  if (!mailbox_.is_awaited()) return abort();
  since_ = now;
  mailbox_.let_go();
}

void PolledConnection::abort() {
  mailbox_.let_go();
  remove();
}

}  // namespace chat
