#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/hash.hpp"
#include "chat/codec/format.hpp"
#include "chat/sessions/dialogue.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/sessions/transport.hpp"
#include "chat/transport/admission.hpp"
#include "chat/transport/io/descriptor.hpp"
#include "chat/transport/io/socket_poller.hpp"
#include "chat/transport/polling/connection_relay.hpp"
#include "chat/transport/websocket/websocket_reader.hpp"

namespace chat {

class RingSender;
class WebSocketConnection;

/// How a WebSocket begins.
struct Opening {
  std::string_view answer;        // to the upgrade
  std::span<char> initial_bytes;  // came behind the request
  std::function<void(Session& session)> on_open;
};

/// Whether this process may send through io_uring.
bool is_io_uring_available();

/// The WebSocket connections of one shard. Thread: the shard. Owner of its connections; destroy it when the shard's
/// context no longer runs and before the shard.
class WebSocketConnections final : private BatchWriter {
 public:
  /// With `io_uring`, a turn's writes to many clients leave in one system call.
  WebSocketConnections(Shard& shard, ConnectionRelay& relay, bool io_uring);
  ~WebSocketConnections() override;
  WebSocketConnections(const WebSocketConnections&) = delete;
  WebSocketConnections& operator=(const WebSocketConnections&) = delete;

  void start() { poller_.start(); }
  Shard& shard() { return shard_; }
  ConnectionRelay& relay() { return relay_; }
  /// Takes over a socket that is being upgraded. No connection has the token of the dialogue.
  void add(Descriptor socket, Admission::Permit permit, const Opening& opening, Format format, WebSocketReader reader,
           DialoguePtr dialogue);

  // A negotiated connection lives on the shard that its token names, see ConnectionHomes.

  /// The connection that has the token, nullptr: there is none.
  WebSocketConnection* find(std::string_view token) const;

 private:
  friend class WebSocketConnection;
  void remove(WebSocketConnection& connection);
  void listen(const std::string& token);
  void listen_later(const std::string& token);
  /// Reading of the connection goes on when its address may say more.
  void resume_later(WebSocketConnection& connection);
  void resume();
  void begin_batch(std::size_t sessions) override;
  void end_batch() override;
  /// Where a connection's write can wait for those of the others; nullptr: write at once.
  RingSender* batch() const { return in_batch_ ? ring_.get() : nullptr; }

  using Hook = boost::intrusive::list_base_hook<>;
  Shard& shard_;
  ConnectionRelay& relay_;
  SocketPoller poller_;
  TextMap<WebSocketConnection*> by_token_;
  std::vector<WebSocketConnection*> paused_;
  boost::asio::steady_timer resume_timer_;
  bool io_uring_;
  bool in_batch_ = false;
  std::unique_ptr<RingSender> ring_;  // made on the shard's thread, when it is needed
  boost::intrusive::list<WebSocketConnection, boost::intrusive::base_hook<Hook>> connections_;
};

class LogicalConnections;

/// The shard of each connection that has several sockets, one after the other. All that come for one token are that
/// shard's, so that no shard waits for another. Thread: any.
class ConnectionHomes {
 public:
  struct Home {
    WebSocketConnections& websockets;
    LogicalConnections& logical;
  };
  void add(WebSocketConnections& websockets, LogicalConnections& logical) { homes_.push_back({websockets, logical}); }
  const Home& of(std::string_view token) const { return homes_[keyed_hash(token) % homes_.size()]; }
  /// Calls `then` on the thread of that shard.
  void run_at(std::string_view token, std::function<void(LogicalConnections& home)> then) const;

 private:
  std::vector<Home> homes_;
};

}  // namespace chat
