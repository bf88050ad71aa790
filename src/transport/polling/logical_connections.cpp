#include "chat/transport/polling/logical_connections.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "chat/transport/polling/logical_connection.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr Seconds kLook{1};

}  // namespace

LogicalConnections::LogicalConnections(Shard& shard, ConnectionRelay& relay)
    : shard_(shard), relay_(relay), poller_(shard.context()), timer_(shard.context()) {}

LogicalConnections::~LogicalConnections() = default;

void LogicalConnections::start() {
  poller_.start();
  look();
}

void LogicalConnections::look() {
  timer_.expires_after(kLook);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    const Instant now = shard_.clock().now();
    for (const auto& [id, connection] : connections_) connection->look(now);
    look();
  });
}

void LogicalConnections::add(std::unique_ptr<LogicalConnection> connection) {
  const std::string id(connection->id());
  connections_.erase(id);
  connections_.emplace(connection->id(), std::move(connection));
  const auto on_request = [this, id](const ConnectionRequest& request, const ConnectionRelay::Answer& answer) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return answer({http::status::not_found, {}});
    found->second->take(request, answer);
  };
  relay_.listen(id, on_request, [this, id](bool is) {
    const auto found = connections_.find(id);
    if (found != connections_.end()) found->second->on_addressable(is);
  });
}

LogicalConnection* LogicalConnections::find(std::string_view id) const {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

void LogicalConnections::call_later(std::string_view id, Milliseconds time, std::function<void()> then) {
  const auto timer = std::make_shared<asio::steady_timer>(shard_.context(), time);
  timer->async_wait([this, timer, id = std::string(id), then = std::move(then)](boost::system::error_code) {
    if (connections_.contains(id)) then();
  });
}

void LogicalConnections::remove_later(std::string_view id) {
  asio::post(shard_.context(), [this, id = std::string(id)] {
    connections_.erase(id);
    relay_.unlisten(id);
  });
}

}  // namespace chat
