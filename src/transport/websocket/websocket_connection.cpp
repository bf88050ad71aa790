#include "transport/websocket/websocket_connection.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <string>
#include <utility>

#include "chat/core/limits.hpp"
#include "transport/io/socket_writer.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

const SharedBytes& ping_frame() {
  static const SharedBytes frame = [] {
    std::string bytes;
    append_websocket_frame(bytes, Opcode::ping, {});
    return SharedBytes(bytes);
  }();
  return frame;
}

}  // namespace

WebSocketConnection::WebSocketConnection(WebSocketConnections& owner, Descriptor socket, Admission::Permit permit,
                                         Format format, WebSocketReader reader, DialoguePtr dialogue)
    : owner_(owner),
      socket_(std::move(socket)),
      permit_(std::move(permit)),
      intake_(std::move(reader)),
      session_(shard(), *this, format, std::move(dialogue)) {}

void WebSocketConnection::start(const Opening& opening) {
  if (!owner_.poller_.add(socket_.get(), *this)) return end();
  session_.send_control(SharedBytes(opening.answer));
  opening.on_open(session_);
  if (shard().is_draining()) session_.close({CloseCode::restart, "this node is leaving, come back"});
  if (!opening.initial_bytes.empty()) take(opening.initial_bytes);
}

// ---- reading -----------------------------------------------------------------------------------------------------

void WebSocketConnection::on_readable() {
  if (!socket_) return;
  if (paused_) return end();  // the poller reports only the end of a paused socket
  if (is_over_input()) return pause_reading();
  auto& buffer = shard().read_buffer();
  const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size > 0) {
    take({buffer.data(), static_cast<std::size_t>(size)});
  } else if (size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
    end();
  }
}

void WebSocketConnection::take(std::span<char> bytes) {
  const Instant now = shard().clock().now();
  session_.heard(now);
  shard().rates().charge(RateTable::Kind::input, address(), shard().settings().address_input, now,
                         static_cast<std::uint32_t>(bytes.size()));
  intake_.take(bytes, session_);
  if (intake_.has_peer_closed() && session_.is_resumable()) end();
}

bool WebSocketConnection::is_over_input() const {
  const auto& limit = shard().settings().address_input;
  return shard().rates().wait(RateTable::Kind::input, address(), limit, shard().clock().now()) > Milliseconds{0};
}

void WebSocketConnection::pause_reading() {
  paused_ = true;
  owner_.poller_.want(socket_.get(), *this, false, waiting_to_write_);
  owner_.resume_later(*this);
}

void WebSocketConnection::resume_reading() {
  paused_ = false;
  if (socket_) owner_.poller_.want(socket_.get(), *this, true, waiting_to_write_);
}

// ---- writing -----------------------------------------------------------------------------------------------------

void WebSocketConnection::flush(Outbox& outbox) {
  if (!socket_ || waiting_to_write_) return;
  if (RingSender* batch = owner_.batch()) {
    std::array<Outbox::Slice, RingSender::kSlices + 1> slices;
    const std::size_t count = outbox.peek(slices);
    if (count > 0 && count <= RingSender::kSlices)
      return batch->send(socket_.get(), std::span(slices.data(), count), *this);
  }
  if (!write_outbox(socket_.get(), outbox)) return end();
  after_write(outbox);
}

void WebSocketConnection::on_sent(int result) {
  if (!socket_) return;
  if (result < 0 && result != -EAGAIN && result != -EINTR) return end();
  Outbox& outbox = session_.outbox();
  if (result > 0) outbox.consume(static_cast<std::size_t>(result));
  after_write(outbox);
}

void WebSocketConnection::after_write(const Outbox& outbox) {
  if (!outbox.empty()) return wait_writable(true);
  if (!session_.is_closing()) return session_.memberships().on_drained(session_);
  if (intake_.has_peer_closed()) return end();
  if (shut_down_) return;
  shut_down_ = true;
  ::shutdown(socket_.get(), SHUT_WR);
}

void WebSocketConnection::wait_writable(bool wanted) {
  waiting_to_write_ = wanted;
  owner_.poller_.want(socket_.get(), *this, !paused_, wanted);
}

void WebSocketConnection::on_writable() {
  if (!socket_) return;
  wait_writable(false);
  flush(session_.outbox());
}

void WebSocketConnection::ping() { session_.send(ping_frame(), true); }

// ---- another socket ------------------------------------------------------------------------------------------------

/// Keeps the session while there is no socket.
void WebSocketConnection::park() {
  socket_.reset();
  waiting_to_write_ = false;
  paused_ = false;  // of the socket that is gone, not of the next one
  session_.dialogue().detach(session_);
}

/// The old socket may still look alive: its end has not been noticed yet.
void WebSocketConnection::move_to(Descriptor socket, std::span<char> initial_bytes) {
  if (socket_) park();
  socket_ = std::move(socket);
  intake_.restart();
  if (!owner_.poller_.add(socket_.get(), *this)) return end();
  if (!initial_bytes.empty()) take(initial_bytes);
}

// ---- ending ------------------------------------------------------------------------------------------------------

void WebSocketConnection::finish() {
  if (!socket_) return end();
  last_moment_ = std::make_unique<asio::steady_timer>(shard().context(), kGoodbyeTime);
  ++operations_;
  last_moment_->async_wait([this](error_code) {
    end();
    leave_operation();
  });
}

void WebSocketConnection::end() {
  if (socket_ && session_.is_resumable()) return park();
  if (ended_) return;
  ended_ = true;
  intake_.stop();
  if (last_moment_) last_moment_->cancel();
  socket_.reset();
  ++operations_;  // the caller still uses this object: it is deleted after this turn
  asio::post(shard().context(), [this] { leave_operation(); });
}

void WebSocketConnection::leave_operation() {
  --operations_;
  if (ended_ && operations_ == 0) owner_.remove(*this);
}

}  // namespace chat
