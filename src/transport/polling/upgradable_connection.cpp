#include "chat/transport/polling/upgradable_connection.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <utility>

#include "chat/sessions/shard.hpp"
#include "transport/io/socket_writer.hpp"

namespace chat {
namespace {

constexpr RateLimit kPacketPings{20, 20};
constexpr Seconds kTrialTime{10};  // for a client to go on over its socket
constexpr CloseReason kUnwanted{CloseCode::policy, "this connection has a socket"};

}  // namespace

/// A turn of the reader may end the trial or the connection: both only close the socket.
class UpgradableConnection::Handler final : public WebSocketReader::Handler {
 public:
  explicit Handler(UpgradableConnection& connection) : connection_(connection) {}

  void on_message(std::string_view payload, bool binary) override {
    if (!connection_.moved_) return connection_.on_trial(payload, binary);
    binary ? connection_.session().receive_binary(payload) : connection_.session().receive(payload);
  }
  void on_ping(std::string_view payload) override {
    if (connection_.pings_.take(kPacketPings, connection_.now()) > Milliseconds{0}) return connection_.lose_socket();
    std::string frame;
    append_websocket_frame(frame, Opcode::pong, payload);
    connection_.moved_ ? connection_.session().send_control(SharedBytes(frame)) : connection_.say_on_trial(frame);
  }
  void on_pong() override {}
  void on_close(CloseCode code) override {
    connection_.peer_closed_ = true;
    connection_.moved_ ? connection_.session().close({code, ""}) : connection_.end_trial();
  }
  bool is_done() const override {
    return !connection_.socket_ || connection_.peer_closed_ || connection_.session().is_closing();
  }

 private:
  UpgradableConnection& connection_;
};

// ---- a socket ----------------------------------------------------------------------------------------------------

void UpgradableConnection::take_socket(Descriptor socket, std::string_view answer, std::span<char> initial_bytes,
                                       WebSocketReader reader) {
  if (socket_ || !wants_socket()) {  // a fresh socket has room for this
    const std::string refusal = std::string(answer) + close_frame(kUnwanted);
    ::send(socket.get(), refusal.data(), refusal.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    ::shutdown(socket.get(), SHUT_WR);
    return;
  }
  socket_ = std::move(socket);
  reader_ = std::move(reader);
  peer_closed_ = paused_ = false;
  last_moment_ = now() + kTrialTime;
  if (!poller().add(socket_.get(), *this) || !send_now(answer)) return lose_socket();
  if (!initial_bytes.empty()) take(initial_bytes);
}

bool UpgradableConnection::send_now(std::string_view bytes) {
  const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(bytes.size());
}

void UpgradableConnection::say_on_trial(std::string_view frame) {
  if (socket_ && !send_now(frame)) lose_socket();
}

void UpgradableConnection::end_trial() {
  if (!socket_) return;
  send_now(close_frame({CloseCode::protocol_error, "no upgrade"}));
  lose_socket();
}

void UpgradableConnection::move() {
  moved_ = true;
  last_moment_ = Instant::max();
  end_polls();
}

/// The connection of a socket that was only tried goes on.
void UpgradableConnection::lose_socket() {
  if (!socket_) return;
  if (moved_) return abort();
  socket_.reset();
  on_trial_ended();
}

// ---- reading -----------------------------------------------------------------------------------------------------

void UpgradableConnection::on_readable() {
  if (!socket_) return;
  if (paused_) return lose_socket();  // the poller reports only the end of a paused socket
  if (is_over_input()) return pause_reading(true);
  auto& buffer = session().shard().read_buffer();
  const auto size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size > 0) {
    take({buffer.data(), static_cast<std::size_t>(size)});
  } else if (size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
    lose_socket();
  }
}

void UpgradableConnection::take(std::span<char> bytes) {
  Shard& shard = session().shard();
  session().heard(now());
  shard.rates().charge(RateTable::Kind::input, address(), shard.settings().address_input, now(),
                       static_cast<std::uint32_t>(bytes.size()));
  Handler handler(*this);
  const auto broken = reader_.feed(bytes, handler);
  if (!broken || !socket_) return;
  moved_ ? session().close(*broken) : end_trial();
}

bool UpgradableConnection::is_over_input() {
  Shard& shard = session().shard();
  return shard.rates().wait(RateTable::Kind::input, address(), shard.settings().address_input, now()) > Milliseconds{0};
}

void UpgradableConnection::pause_reading(bool paused) {
  paused_ = paused;
  poller().want(socket_.get(), *this, !paused_, waiting_to_write_);
}

// ---- writing -----------------------------------------------------------------------------------------------------

void UpgradableConnection::flush(Outbox& outbox) {
  if (!moved_) return PolledConnection::flush(outbox);
  if (!socket_ || waiting_to_write_) return;
  if (!write_outbox(socket_.get(), outbox)) return abort();
  if (!outbox.empty()) {
    waiting_to_write_ = true;
    return poller().want(socket_.get(), *this, !paused_, true);
  }
  if (!session().is_closing()) return session().memberships().on_drained(session());
  if (peer_closed_) return abort();
  if (!std::exchange(shut_down_, true)) ::shutdown(socket_.get(), SHUT_WR);
}

void UpgradableConnection::on_writable() {
  if (!socket_) return;
  waiting_to_write_ = false;
  poller().want(socket_.get(), *this, !paused_, false);
  flush(session().outbox());
}

// ---- ending ------------------------------------------------------------------------------------------------------

void UpgradableConnection::finish() { moved_ ? void(last_moment_ = now() + kGoodbyeTime) : PolledConnection::finish(); }

void UpgradableConnection::look(Instant now) {
  if (socket_ && paused_ && !is_over_input()) pause_reading(false);
  if (is_tried() && now > last_moment_) end_trial();
  if (!moved_) return PolledConnection::look(now);
  if (now > last_moment_) abort();
}

void UpgradableConnection::abort() {
  socket_.reset();
  PolledConnection::abort();
}

}  // namespace chat
