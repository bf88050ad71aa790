#include "chat/transport/polling/event_stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

#include "chat/base/release.hpp"
#include "chat/codec/http_framing.hpp"
#include "transport/io/socket_writer.hpp"

namespace chat {
namespace {

constexpr unsigned kUnacknowledged = 60000;  // milliseconds that TCP tries before it gives the client up

const SharedBytes& comment_frame() {
  static const SharedBytes frame(kSseComment);
  return frame;
}

}  // namespace

EventStream::EventStream(LogicalConnections& owner, std::string_view id, Admitted client, Format format,
                         DialoguePtr dialogue, Descriptor socket, Opening opening)
    : LogicalConnection(owner, id, std::move(client), format, std::move(dialogue)),
      socket_(std::move(socket)),
      opening_(std::move(opening)) {
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnacknowledged, sizeof kUnacknowledged);
  if (!poller().add(socket_.get(), *this)) end();
}

void EventStream::on_addressable(bool is) {
  if (!socket_) return;
  is ? open() : refuse();
}

void EventStream::open() {
  opening_.head.set(boost::beast::http::field::connection, "close");
  if (!write_at_once(head_of(opening_.head) + opening_.event)) return end();
  release(opening_);
  open_ = true;
  if (is_draining()) session().close({CloseCode::restart, "this node is leaving, come back"});
  flush(session().outbox());
}

void EventStream::refuse() {
  HttpResponse response(boost::beast::http::status::service_unavailable, 11);
  response.set(boost::beast::http::field::retry_after, "1");
  response.set(boost::beast::http::field::connection, "close");
  write_at_once(head_of(response));
  end();
}

/// A fresh socket has room for this: what does not go out at once never will.
bool EventStream::write_at_once(std::string_view text) {
  const auto sent = ::send(socket_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(text.size());
}

void EventStream::poll(std::uint64_t, const Answer& answer) { answer({boost::beast::http::status::bad_request, {}}); }

// ---- writing -----------------------------------------------------------------------------------------------------

void EventStream::flush(Outbox& outbox) {
  if (!socket_ || !open_ || waiting_to_write_) return;
  if (!write_outbox(socket_.get(), outbox)) return end();
  if (!outbox.empty()) {
    waiting_to_write_ = true;
    return poller().want(socket_.get(), *this, true, true);
  }
  if (session().is_closing()) {
    ::shutdown(socket_.get(), SHUT_WR);
    return;
  }
  // A client that takes what it is sent is alive, if there is no other sign.
  if (!session().dialogue().has_signs_of_life()) session().heard(now());
  session().memberships().on_drained(session());
}

void EventStream::on_writable() {
  if (!socket_) return;
  waiting_to_write_ = false;
  poller().want(socket_.get(), *this, true, false);
  flush(session().outbox());
}

void EventStream::ping() { session().send(comment_frame(), true); }

// ---- ending ------------------------------------------------------------------------------------------------------

/// The client has nothing more to say here: it has gone, or does not speak HTTP.
void EventStream::on_readable() { end(); }

void EventStream::finish() { last_moment_ = now() + kGoodbyeTime; }

void EventStream::look(Instant now) {
  if (now > last_moment_) end();
}

void EventStream::end() {
  if (!socket_) return;
  socket_.reset();
  remove();
}

}  // namespace chat
