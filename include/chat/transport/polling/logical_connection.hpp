#pragma once

#include <functional>
#include <string>

#include "chat/sessions/session.hpp"
#include "chat/sessions/transport.hpp"
#include "chat/transport/admission.hpp"
#include "chat/transport/http/http_calls.hpp"
#include "chat/transport/polling/connection_request.hpp"
#include "chat/transport/polling/logical_connections.hpp"

namespace chat {

/// A connection made of HTTP requests: what the client says comes by requests of their own, which may have reached
/// other nodes; how it is told things is up to the transport. Thread: its shard.
class LogicalConnection : protected Transport {
 public:
  using Answer = std::function<void(ConnectionAnswer)>;

  LogicalConnection(LogicalConnections& owner, std::string id, Admitted client, Format format, DialoguePtr dialogue);

  const std::string& id() const { return id_; }
  /// One request of the client. `answer` is called once, perhaps later.
  void take(const ConnectionRequest& request, const Answer& answer);
  /// Other nodes can ask for this connection now, or, if not, it cannot be.
  virtual void on_addressable(bool is) = 0;
  /// Once a second.
  virtual void look(Instant now) = 0;

 protected:
  std::uint64_t address() const override { return permit_.address(); }
  virtual void poll(std::uint64_t ack, const Answer& answer) = 0;
  /// The node a poll came to has written the answer `ack`.
  virtual void written(std::uint64_t) {}

  Instant now() const { return owner_.shard().clock().now(); }
  Session& session() { return session_; }
  SocketPoller& poller() { return owner_.poller(); }
  bool is_draining() const { return owner_.shard().is_draining(); }
  /// Deleted when the turn is over.
  void remove() { owner_.remove_later(id_); }

 private:
  LogicalConnections& owner_;
  std::string id_;
  Admission::Permit permit_;
  Session session_;
};

}  // namespace chat
