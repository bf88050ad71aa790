#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "chat/base/rate_limit.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/transport.hpp"
#include "chat/transport/admission.hpp"
#include "chat/transport/websocket/websocket_connections.hpp"
#include "chat/transport/websocket/websocket_reader.hpp"
#include "transport/io/ring_sender.hpp"

namespace chat {

/// One WebSocket: reads into the shard's buffer when the socket is readable, gives messages to its session; writes what
/// the session's outbox holds. The only writer of its socket. Idle it holds no buffer and no timer.
///
/// Life: open (→ parked: a resumable session waits for another socket, and keeps its permit → open) → closing (our
/// close frame is on its way; waits for the peer's, bounded in time) → ended (socket closed; deleted when the turn is
/// over and the timer has come back).
class WebSocketConnection final : public boost::intrusive::list_base_hook<>,
                                  private SocketPoller::Watcher,
                                  private RingSender::Receiver,
                                  private Transport,
                                  private WebSocketReader::Handler {
 public:
  WebSocketConnection(WebSocketConnections& owner, Descriptor socket, Admission::Permit permit, Format format,
                      WebSocketReader reader, DialoguePtr dialogue);
  void start(const Opening& opening);

  Session& session() { return session_; }
  /// Takes what the socket has brought.
  void on_readable() override;
  bool is_paused() const { return paused_; }
  /// The address has said more than it may for the moment: the socket is read again when that is over.
  bool is_over_input() const;
  void resume_reading();
  /// Counts as its client's new address. False: that has all it may have.
  bool move_permit(Admission& admission, const boost::asio::ip::address& client) {
    return admission.move(permit_, client);
  }
  /// Goes on over another socket.
  void move_to(Descriptor socket, std::span<char> initial_bytes);

 private:
  void flush(Outbox& outbox) override;
  void ping() override;
  void finish() override;
  void abort() override { end(); }
  std::uint64_t address() const override { return permit_.address(); }

  std::optional<CloseReason> on_binary() override;
  void on_message(std::string_view payload, bool binary) override;
  void on_ping(std::string_view payload) override;
  void on_pong() override {}
  void on_close(CloseCode code) override;
  bool is_done() const override { return ended_ || session_.is_closing(); }

  void on_sent(int result) override;
  void on_writable() override;

  Shard& shard() const { return owner_.shard_; }
  void take(std::span<char> bytes);
  void after_write(const Outbox& outbox);
  void wait_writable(bool wanted);
  void pause_reading();
  void end();
  void park();
  /// Deletes this, if it has ended and nothing will come back to it.
  void leave_operation();

  WebSocketConnections& owner_;
  Descriptor socket_;
  std::uint16_t operations_ = 0;  // handlers that will still be called
  bool waiting_to_write_ : 1 = false;
  bool paused_ : 1 = false;  // not read
  bool peer_closed_ : 1 = false;
  bool shut_down_ : 1 = false;
  bool ended_ : 1 = false;
  Admission::Permit permit_;
  WebSocketReader reader_;
  Session session_;
  std::unique_ptr<boost::asio::steady_timer> last_moment_;  // while closing
  RateMeter pings_;
};

}  // namespace chat
