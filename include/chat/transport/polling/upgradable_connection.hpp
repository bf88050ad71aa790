#pragma once

#include <span>
#include <string_view>

#include "chat/base/rate_limit.hpp"
#include "chat/transport/io/descriptor.hpp"
#include "chat/transport/polling/polled_connection.hpp"
#include "chat/transport/websocket/websocket_reader.hpp"

namespace chat {

/// A polled connection that may go on over a WebSocket, whose frames its session's are. Life: polled → tried (a socket
/// is there, and the protocol judges each message over it; polls go on) → moved (the socket is the transport).
/// Thread: its shard. Owner: LogicalConnections.
class UpgradableConnection : public PolledConnection, private SocketPoller::Watcher {
 public:
  using PolledConnection::PolledConnection;

  /// Takes over a socket of the client. It is answered, and closed at once if the connection wants none.
  void take_socket(Descriptor socket, std::string_view answer, std::span<char> initial_bytes,
                   WebSocketReader reader) final;

 protected:
  void look(Instant now) override;
  void flush(Outbox& outbox) override;
  void finish() override;
  void abort() override;

  bool is_tried() const { return socket_ && !moved_; }
  bool is_moved() const { return moved_; }
  virtual bool wants_socket() const = 0;
  /// A message over a socket that is tried.
  virtual void on_trial(std::string_view packet, bool binary) = 0;
  /// The socket that was tried is gone.
  virtual void on_trial_ended() {}
  void say_on_trial(std::string_view frame);
  void end_trial();
  /// Until when a client may try a socket.
  Instant last_moment() const { return last_moment_; }
  void set_last_moment(Instant moment) { last_moment_ = moment; }
  /// The client goes on over the socket alone, for good.
  void move();

 private:
  class Handler;

  void on_readable() override;
  void on_writable() override;
  void take(std::span<char> bytes);
  void lose_socket();
  bool is_over_input();
  void pause_reading(bool paused);
  bool send_now(std::string_view bytes);

  WebSocketReader reader_{0};
  RateMeter pings_;
  Instant last_moment_ = Instant::max();  // of a socket that is tried, or is closing
  Descriptor socket_;
  bool moved_ = false;
  bool paused_ = false;
  bool waiting_to_write_ = false;
  bool peer_closed_ = false;
  bool shut_down_ = false;
};

}  // namespace chat
