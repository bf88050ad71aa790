#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <span>

#include "chat/hub/shard.hpp"
#include "chat/hub/transport.hpp"
#include "chat/transport/admission.hpp"
#include "chat/transport/descriptor.hpp"
#include "chat/transport/socket_poller.hpp"

namespace chat {

class RingSender;
class WebSocketConnection;

/// Whether this process may send through io_uring.
bool is_io_uring_available();

/// The WebSocket connections of one shard. Thread: the shard. Owner of its connections; destroy it when the shard's
/// context no longer runs and before the shard.
class WebSocketConnections final : private BatchWriter {
 public:
  /// With `io_uring`, a turn's writes to many clients leave in one system call.
  WebSocketConnections(Shard& shard, bool io_uring);
  ~WebSocketConnections() override;
  WebSocketConnections(const WebSocketConnections&) = delete;
  WebSocketConnections& operator=(const WebSocketConnections&) = delete;

  void start() { poller_.start(); }
  /// Takes over a socket that has been upgraded. `early` came behind the handshake.
  void add(Descriptor socket, Admission::Place place, std::span<char> early);

 private:
  friend class WebSocketConnection;
  void remove(WebSocketConnection& connection);
  void begin_batch(std::size_t sessions) override;
  void end_batch() override;
  /// Where a connection's write can wait for those of the others; nullptr: write at once.
  RingSender* batch() const { return in_batch_ ? ring_.get() : nullptr; }

  using Hook = boost::intrusive::list_base_hook<>;
  Shard& shard_;
  SocketPoller poller_;
  bool io_uring_;
  bool in_batch_ = false;
  std::unique_ptr<RingSender> ring_;  // made on the shard's thread, when it is needed
  boost::intrusive::list<WebSocketConnection, boost::intrusive::base_hook<Hook>> connections_;
};

}  // namespace chat
