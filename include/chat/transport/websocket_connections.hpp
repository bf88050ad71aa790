#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>
#include <string>

#include "chat/hub/shard.hpp"
#include "chat/transport/admission.hpp"

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

  /// Takes over a socket that has been upgraded. `early` came behind the handshake.
  void add(boost::asio::ip::tcp::socket socket, Admission::Place place, std::string early);

 private:
  friend class WebSocketConnection;
  void remove(WebSocketConnection& connection);

  using Hook = boost::intrusive::list_base_hook<>;
  Shard& shard_;
  boost::intrusive::list<WebSocketConnection, boost::intrusive::base_hook<Hook>> connections_;
};

}  // namespace chat
