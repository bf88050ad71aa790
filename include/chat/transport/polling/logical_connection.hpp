#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "chat/sessions/session.hpp"
#include "chat/sessions/transport.hpp"
#include "chat/transport/admission.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/http_calls.hpp"
#include "chat/transport/io/descriptor.hpp"
#include "chat/transport/polling/connection_request.hpp"
#include "chat/transport/polling/logical_connections.hpp"
#include "chat/transport/websocket/websocket_reader.hpp"

namespace chat {

/// A connection made of HTTP requests. The client sends by separate requests, which may reach other nodes; each
/// transport has its own way to the client. Thread: its shard.
class LogicalConnection : protected Transport {
 public:
  using Answer = std::function<void(ConnectionAnswer)>;

  /// `id`: of up to kConnectionIdBytes.
  LogicalConnection(LogicalConnections& owner, std::string_view id, Admitted client, Format format,
                    DialoguePtr dialogue);

  std::string_view id() const { return {id_.data(), id_size_}; }
  /// One request of the client. `answer` is called once, perhaps later.
  void take(const ConnectionRequest& request, const Answer& answer);
  /// Takes over a WebSocket that has come to its shard, with the answer to the upgrade and the bytes behind the
  /// request.
  virtual void take_socket(Descriptor, std::string_view, std::span<char>, WebSocketReader) {}
  /// True: other nodes can ask for this connection now. False: they cannot, and it must end.
  virtual void on_addressable(bool is) = 0;
  /// Once a second.
  virtual void look(Instant now) = 0;

 protected:
  std::uint64_t address() const override { return permit_.address(); }
  virtual void poll(std::uint64_t ack, const Answer& answer) = 0;
  /// The client sends a request with frames: 202, or why they are not taken.
  virtual boost::beast::http::status receive(std::string_view body) {
    session_.receive(body);
    return boost::beast::http::status::accepted;
  }
  /// A request of the node that has a WebSocket for this connection.
  virtual void take_from_socket(const ConnectionRequest&, const Answer& answer) {
    answer({boost::beast::http::status::not_found, {}});
  }
  /// The node a poll came to has written the answer `ack`.
  virtual void written(std::uint64_t) {}

  Instant now() const { return owner_.shard().clock().now(); }
  Session& session() { return session_; }
  SocketPoller& poller() { return owner_.poller(); }
  bool is_draining() const { return owner_.shard().is_draining(); }
  /// Calls `then` after a while, unless the connection is gone by then.
  void after(Milliseconds time, std::function<void()> then) { owner_.call_later(id(), time, std::move(then)); }
  /// No other node has a reason to ask for it from now on: what asking takes is given back.
  void be_unlisted() { owner_.unlist(id()); }
  /// Deleted when the turn is over.
  void remove() { owner_.remove_later(id()); }

 private:
  LogicalConnections& owner_;
  std::array<char, kConnectionIdBytes> id_{};  // in place: there is one for each connection
  std::uint8_t id_size_;
  Admission::Permit permit_;
  Session session_;
};

}  // namespace chat
