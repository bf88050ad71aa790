#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "chat/transport/polling/logical_connection.hpp"
#include "chat/transport/polling/logical_connections.hpp"
#include "support/fake_node.hpp"

namespace chat {

/// One shard of a node alone, and a connection `id` on it that is asked as any node would ask.
class LoneNode {
 public:
  using Kind = ConnectionRequest::Kind;
  using Asked = std::shared_ptr<std::optional<ConnectionAnswer>>;

  template <class Connection>
  Connection& add(std::unique_ptr<Connection> connection) {
    Connection& added = *connection;
    added_ = connection.get();
    connections.add(std::move(connection));
    settle(loop);
    return added;
  }

  Asked ask(ConnectionRequest request) {
    auto asked = std::make_shared<std::optional<ConnectionAnswer>>();
    relay.ask("id", request, Seconds(60), [asked](ConnectionAnswer answer) { *asked = std::move(answer); });
    settle(loop);
    return asked;
  }
  Asked poll(std::uint64_t ack = 0) { return ask({Kind::poll, ack, {}}); }
  boost::beast::http::status say(std::string body) { return ask({Kind::send, 0, std::move(body)})->value().status; }

  /// Lets `time` pass and the connection notice.
  void pass(Milliseconds time) {
    clock.advance(time);
    added_->look(clock.now());
    settle(loop);
  }

  boost::asio::io_context loop;
  ManualClock clock;
  FakeNode node{loop, clock, "chat-1", make_memory_services(loop, make_memory_bus({}))};
  Shard& shard = node.shards.front();
  ConnectionRelay relay{loop, node.backends->messenger(), node.backends->kv(), loop};
  LogicalConnections connections{shard, relay};

 private:
  LogicalConnection* added_ = nullptr;
};

}  // namespace chat
