#pragma once

#include <boost/intrusive/list.hpp>
#include <span>

#include "chat/hub/shard.hpp"
#include "chat/transport/admission.hpp"
#include "chat/transport/descriptor.hpp"
#include "chat/transport/socket_poller.hpp"

namespace chat {

class WebSocketConnection;

/// The WebSocket connections of one shard. Thread: the shard. Owner of its connections; destroy it when the shard's
/// context no longer runs and before the shard.
class WebSocketConnections {
 public:
  explicit WebSocketConnections(Shard& shard);
  ~WebSocketConnections();
  WebSocketConnections(const WebSocketConnections&) = delete;
  WebSocketConnections& operator=(const WebSocketConnections&) = delete;

  void start() { poller_.start(); }
  void stop() { poller_.stop(); }
  /// Takes over a socket that has been upgraded. `early` came behind the handshake.
  void add(Descriptor socket, Admission::Place place, std::span<char> early);

 private:
  friend class WebSocketConnection;
  void remove(WebSocketConnection& connection);

  using Hook = boost::intrusive::list_base_hook<>;
  Shard& shard_;
  SocketPoller poller_;
  boost::intrusive::list<WebSocketConnection, boost::intrusive::base_hook<Hook>> connections_;
};

}  // namespace chat
