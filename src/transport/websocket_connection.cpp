#include "transport/websocket_connection.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <string>
#include <utility>

#include "chat/core/limits.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kSlices = 64;                 // frames in one system call
constexpr std::size_t kBytesPerTurn = 1024 * 1024;  // one client must not hold the loop
constexpr Seconds kGoodbyeTime{3};                  // for the peer's close frame
constexpr RateLimit kPings{20, 20};

const SharedBytes& ping_frame() {
  static const SharedBytes frame = [] {
    std::string bytes;
    append_websocket_frame(bytes, Opcode::ping, {});
    return SharedBytes(bytes);
  }();
  return frame;
}

}  // namespace

WebSocketConnection::WebSocketConnection(WebSocketConnections& owner, Shard& shard, asio::ip::tcp::socket socket,
                                         Admission::Place place)
    : owner_(owner),
      shard_(shard),
      socket_(std::move(socket)),
      place_(std::move(place)),
      reader_(limits::kClientMessageBytes),
      session_(shard, *this, Format::json_websocket) {}

void WebSocketConnection::start(std::string early) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.native_non_blocking(true, ignored);
  if (shard_.is_draining()) session_.close({CloseCode::restart, "this node is leaving, come back"});
  ++operations_;
  if (!early.empty()) take(early);
  wait_readable();
  leave_operation();
}

// ---- reading -----------------------------------------------------------------------------------------------------

void WebSocketConnection::wait_readable() {
  if (ended_) return;
  ++operations_;
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [this](error_code error) {
    if (!error) read();
    leave_operation();
  });
}

void WebSocketConnection::read() {
  if (ended_) return;
  auto& buffer = shard_.read_buffer();
  const auto size = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size > 0) {
    take({buffer.data(), static_cast<std::size_t>(size)});
  } else if (size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
    return end();
  }
  wait_readable();
}

void WebSocketConnection::take(std::span<char> bytes) {
  session_.heard(shard_.clock().now());
  if (const auto broken = reader_.feed(bytes, *this)) session_.close(*broken);
}

void WebSocketConnection::on_message(std::string_view payload, bool binary) {
  if (binary) return session_.close({CloseCode::unsupported_data, "this protocol is text"});
  session_.receive(payload);
}

void WebSocketConnection::on_ping(std::string_view payload) {
  if (pings_.take(kPings, shard_.clock().now()) > Milliseconds{0}) {
    return session_.close({CloseCode::policy, "too many pings"});
  }
  std::string frame;
  append_websocket_frame(frame, Opcode::pong, payload);
  session_.send(SharedBytes(frame), false);
}

void WebSocketConnection::on_close(CloseCode code) {
  peer_closed_ = true;
  session_.close({code, ""});
}

// ---- writing -----------------------------------------------------------------------------------------------------

void WebSocketConnection::flush(Outbox& outbox) {
  if (ended_ || waiting_to_write_) return;
  if (!write(outbox)) return end();
  if (!outbox.empty()) return wait_writable();
  if (!session_.is_closing()) return session_.on_drained();
  if (peer_closed_) return end();
  if (std::exchange(shut_down_, true)) return;
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

/// False when the connection is broken.
bool WebSocketConnection::write(Outbox& outbox) {
  std::size_t budget = kBytesPerTurn;
  while (!outbox.empty() && budget > 0) {
    std::array<std::string_view, kSlices> slices;
    std::array<iovec, kSlices> vectors;
    const std::size_t count = outbox.peek(slices);
    for (std::size_t i = 0; i < count; ++i) vectors[i] = {const_cast<char*>(slices[i].data()), slices[i].size()};
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const auto written = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (written < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    outbox.consume(static_cast<std::size_t>(written));
    budget -= std::min(budget, static_cast<std::size_t>(written));
  }
  return true;
}

void WebSocketConnection::wait_writable() {
  waiting_to_write_ = true;
  ++operations_;
  socket_.async_wait(asio::ip::tcp::socket::wait_write, [this](error_code error) {
    waiting_to_write_ = false;
    if (!error) flush(session_.outbox());
    leave_operation();
  });
}

void WebSocketConnection::ping() { session_.send(ping_frame(), true); }

// ---- ending ------------------------------------------------------------------------------------------------------

void WebSocketConnection::finish() {
  last_moment_ = std::make_unique<asio::steady_timer>(shard_.context(), kGoodbyeTime);
  ++operations_;
  last_moment_->async_wait([this](error_code) {
    end();
    leave_operation();
  });
}

void WebSocketConnection::end() {
  if (std::exchange(ended_, true)) return;
  if (last_moment_) last_moment_->cancel();
  error_code ignored;
  socket_.close(ignored);
  ++operations_;  // whoever called still stands on this object: it goes when this turn is over
  asio::post(shard_.context(), [this] { leave_operation(); });
}

void WebSocketConnection::leave_operation() {
  --operations_;
  if (ended_ && operations_ == 0) owner_.remove(*this);
}

// ---- the shard's set ---------------------------------------------------------------------------------------------

WebSocketConnections::WebSocketConnections(Shard& shard) : shard_(shard) {}

WebSocketConnections::~WebSocketConnections() {
  connections_.clear_and_dispose([](WebSocketConnection* connection) { delete connection; });
}

void WebSocketConnections::add(asio::ip::tcp::socket socket, Admission::Place place, std::string early) {
  auto connection = std::make_unique<WebSocketConnection>(*this, shard_, std::move(socket), std::move(place));
  connections_.push_back(*connection);
  connection.release()->start(std::move(early));
}

void WebSocketConnections::remove(WebSocketConnection& connection) {
  connections_.erase_and_dispose(connections_.iterator_to(connection), [](WebSocketConnection* gone) { delete gone; });
}

}  // namespace chat
