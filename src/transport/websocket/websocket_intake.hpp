#pragma once

#include <span>
#include <utility>

#include "chat/base/rate_limit.hpp"
#include "chat/sessions/session.hpp"
#include "chat/transport/websocket/websocket_reader.hpp"

namespace chat {

/// The receiving half of a WebSocket connection: gives its session the messages in the client's bytes, answers pings,
/// and closes the session if the client breaks the protocol. Thread: the shard. Owner: the connection.
class WebSocketIntake {
 public:
  explicit WebSocketIntake(WebSocketReader reader) : reader_(std::move(reader)) {}

  /// Takes bytes of the client; unmasks in place.
  void take(std::span<char> bytes, Session& session);
  /// Ignores all further bytes, also those of a take() under way.
  void stop() { stopped_ = true; }
  /// The client's close frame has arrived. Bytes behind it are ignored. A session that is resumable stays open.
  bool has_peer_closed() const { return peer_closed_; }
  /// Begins again, for another socket of the client.
  void restart();

 private:
  class Handler;

  WebSocketReader reader_;
  RateMeter pings_;
  bool peer_closed_ = false;
  bool stopped_ = false;
};

}  // namespace chat
