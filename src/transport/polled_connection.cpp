#include "transport/polled_connection.hpp"

#include <utility>

#include "chat/codec/http_framing.hpp"

namespace chat {

namespace http = boost::beast::http;

PolledConnection::PolledConnection(LogicalConnections& owner, std::string id, Admission::Place place,
                                   std::function<void(bool)> opened)
    : LogicalConnection(owner, std::move(id), std::move(place), Format::json_poll),
      opened_(std::move(opened)),
      since_(now()) {}

void PolledConnection::on_addressable(bool is) {
  std::exchange(opened_, nullptr)(is);
  if (!is) remove();
}

void PolledConnection::poll(std::uint64_t ack, const Answer& answer) {
  since_ = now();
  mailbox_.poll(
      ack,
      [answer](std::uint64_t number, const std::string& events) {
        if (events.empty()) return answer({http::status::no_content, {}});
        answer({http::status::ok, poll_answer(number, events)});
      },
      session().outbox());
  if (!mailbox_.is_awaited()) after_answer();
}

void PolledConnection::flush(Outbox& outbox) {
  if (mailbox_.flush(outbox)) after_answer();
}

void PolledConnection::after_answer() {
  since_ = now();
  if (!session().outbox().empty()) return;
  if (session().is_closing()) return remove();
  session().on_drained();
}

void PolledConnection::look(Instant now) {
  if (now - since_ <= (mailbox_.is_awaited() ? kHeld : kUnpolled)) return;
  if (!mailbox_.is_awaited()) return abort();
  since_ = now;
  mailbox_.let_go();
}

void PolledConnection::abort() {
  mailbox_.let_go();
  remove();
}

}  // namespace chat
