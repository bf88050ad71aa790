#include "chat/transport/polling/logical_connections.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "chat/transport/polling/logical_connection.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr Seconds kLook{1};

ConnectionAnswer answer_of(const Result<std::string>& relayed) {
  if (relayed) {
    return decode_connection_answer(*relayed).value_or(ConnectionAnswer{http::status::service_unavailable, {}});
  }
  const bool is_gone = relayed.error().code == ErrorCode::not_found;
  return {is_gone ? http::status::not_found : http::status::service_unavailable, {}};
}

}  // namespace

LogicalConnections::LogicalConnections(Shard& shard, Messenger& messenger, ClusterKv& kv,
                                       asio::io_context& backplane_loop)
    : shard_(shard),
      messenger_(messenger),
      kv_(kv),
      backplane_loop_(backplane_loop),
      poller_(shard.context()),
      timer_(shard.context()) {}

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

// ---- between the shard's thread and the backplane's
// ------------------------------------------------------------------

void LogicalConnections::add(std::unique_ptr<LogicalConnection> connection) {
  const std::string id = connection->id();
  connections_[id] = std::move(connection);
  const auto on_request = [this, id](std::string_view request, const Messenger::Answer& answer) {
    asio::post(shard_.context(), [this, id, request = std::string(request), answer] {
      take(id, request, [this, answer](const ConnectionAnswer& given) {
        asio::post(backplane_loop_, [answer, text = encode(given)] { answer(text); });
      });
    });
  };
  const auto on_listening = [this, id](const Result<bool>& listening) {
    asio::post(shard_.context(), [this, id, is = listening.has_value()] {
      const auto found = connections_.find(id);
      if (found != connections_.end()) found->second->on_addressable(is);
    });
  };
  asio::post(backplane_loop_,
             [this, id, on_request, on_listening] { messenger_.listen(id, on_request, on_listening); });
}

void LogicalConnections::remove_later(const std::string& id) {
  asio::post(shard_.context(), [this, id] {
    connections_.erase(id);
    asio::post(backplane_loop_, [this, id] { messenger_.unlisten(id); });
  });
}

void LogicalConnections::take(const std::string& id, std::string_view request, const Answer& answer) {
  const auto found = connections_.find(id);
  const auto decoded = decode_connection_request(request);
  if (found == connections_.end() || !decoded) return answer({http::status::not_found, {}});
  found->second->take(*decoded, answer);
}

void LogicalConnections::ask(std::string id, const ConnectionRequest& request, Milliseconds most, Answer done) {
  asio::post(backplane_loop_, [this, id = std::move(id), text = encode(request), most,
                               done = std::move(done)]() mutable {
    messenger_.ask(std::move(id), std::move(text), most, [this, done = std::move(done)](Result<std::string> relayed) {
      asio::post(shard_.context(), [done, relayed = std::move(relayed)] { done(answer_of(relayed)); });
    });
  });
}

void LogicalConnections::claim(std::string id, Seconds kept, std::function<void(Result<bool>)> done) {
  asio::post(backplane_loop_, [this, id = std::move(id), kept, done = std::move(done)]() mutable {
    kv_.claim(std::move(id), kept, [this, done = std::move(done)](Result<bool> is_first) {
      asio::post(shard_.context(), [done, is_first = std::move(is_first)] { done(is_first); });
    });
  });
}

}  // namespace chat
