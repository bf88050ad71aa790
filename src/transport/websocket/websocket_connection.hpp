#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "chat/sessions/session.hpp"
#include "chat/sessions/transport.hpp"
#include "chat/transport/admission.hpp"
#include "chat/transport/websocket/websocket_connections.hpp"
#include "transport/io/ring_sender.hpp"
#include "transport/websocket/websocket_intake.hpp"

namespace chat {

/// One WebSocket: reads into the shard's buffer when the socket is readable, and writes the frames of its session's
/// outbox. The only writer of its socket. Idle it holds no buffer and no timer.
///
/// Life: open (→ parked: a resumable session waits for another socket, and keeps its permit → open) → closing (our
/// close frame is on its way; waits for the peer's, bounded in time) → ended (socket closed; deleted when the turn is
/// over and the timer has come back).
class WebSocketConnection final : public boost::intrusive::list_base_hook<>,
                                  private SocketPoller::Watcher,
                                  private RingSender::Receiver,
                                  private Transport {
 public:
  WebSocketConnection(WebSocketConnections& owner, Descriptor socket, Admission::Permit permit, Format format,
                      WebSocketReader reader, DialoguePtr dialogue);
  void start(const Opening& opening);

  Session& session() { return session_; }
  /// Reads the socket.
  void on_readable() override;
  bool is_paused() const { return paused_; }
  /// The address has sent more than it may. The socket is read again when that is over.
  bool is_over_input() const;
  void resume_reading();
  /// Counts as a connection of its client's new address. Returns false if that has all it may have.
  bool move_permit(Admission& admission, const boost::asio::ip::address& client) {
    return admission.move(permit_, client);
  }
  /// Requests of all nodes find it.
  bool is_addressable() const { return addressable_; }
  void set_addressable(bool is) { addressable_ = is; }
  /// Goes on over another socket.
  void move_to(Descriptor socket, std::span<char> initial_bytes);

 private:
  void flush(Outbox& outbox) override;
  void ping() override;
  void finish() override;
  void abort() override { end(); }
  std::uint64_t address() const override { return permit_.address(); }

  void on_sent(int result) override;
  void on_writable() override;

  Shard& shard() const { return owner_.shard_; }
  void take(std::span<char> bytes);
  void after_write(const Outbox& outbox);
  void wait_writable(bool wanted);
  void pause_reading();
  void end();
  void park();
  /// Deletes this, if it has ended and no operation is under way.
  void leave_operation();

  WebSocketConnections& owner_;
  Descriptor socket_;
  std::uint16_t operations_ = 0;  // handlers that will still be called
  bool waiting_to_write_ : 1 = false;
  bool paused_ : 1 = false;  // not read
  bool shut_down_ : 1 = false;
  bool ended_ : 1 = false;
  bool addressable_ : 1 = false;
  Admission::Permit permit_;
  WebSocketIntake intake_;
  Session session_;
  std::unique_ptr<boost::asio::steady_timer> last_moment_;  // while closing
};

}  // namespace chat
