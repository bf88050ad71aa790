#include "chat/transport/websocket/websocket_connections.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "chat/rooms/room_mailbox.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/polling/refreshing.hpp"
#include "transport/io/ring_sender.hpp"
#include "transport/websocket/websocket_connection.hpp"

namespace chat {
namespace {

constexpr Milliseconds kPausedFor{50};   // a socket whose address has said too much, until it is looked at again
constexpr Seconds kListenAgain{5};       // when the other nodes could not be reached
constexpr std::size_t kWorthABatch = 4;  // sessions; below, plain sends are as cheap

}  // namespace

bool is_io_uring_available() { return RingSender::create() != nullptr; }

WebSocketConnections::WebSocketConnections(Shard& shard, ConnectionRelay& relay, bool io_uring)
    : shard_(shard),
      relay_(relay),
      poller_(shard.context(), [&shard] { return shard.rooms().is_congested(); }),
      resume_timer_(shard.context()),
      io_uring_(io_uring) {
  if (io_uring) shard.flush_list().write_through(*this);
}

WebSocketConnections::~WebSocketConnections() {
  connections_.clear_and_dispose([](WebSocketConnection* connection) { delete connection; });
}

void WebSocketConnections::add(Descriptor socket, Admission::Permit permit, const Opening& opening, Format format,
                               WebSocketReader reader, DialoguePtr dialogue) {
  const std::string token(dialogue->token());
  auto connection = std::make_unique<WebSocketConnection>(*this, std::move(socket), std::move(permit), format,
                                                          std::move(reader), std::move(dialogue));
  connections_.push_back(*connection);
  if (!token.empty()) by_token_[token] = connection.get();
  WebSocketConnection& added = *connection.release();
  added.start(opening);
  if (!token.empty() && added.session().person().expires() > 0) listen(token);
}

/// For the client's newer tokens, which come by HTTP requests to any node. Only a session whose token ends has an
/// address among nodes: a channel is dearer than an idle session.
void WebSocketConnections::listen(const std::string& token) {
  const auto on_request = [this, token](const ConnectionRequest& request, const ConnectionRelay::Answer& answer) {
    WebSocketConnection* const connection = find(token);
    if (connection == nullptr || request.kind != ConnectionRequest::Kind::refresh) {
      return answer({boost::beast::http::status::not_found, {}});
    }
    answer(refreshed(connection->session(), request.body));
  };
  const auto on_listening = [this, token](bool is) {
    WebSocketConnection* const connection = find(token);
    if (connection == nullptr) return relay_.unlisten(std::string(id_of(token)));
    connection->set_addressable(is);
    if (!is) listen_later(token);
  };
  relay_.listen(std::string(id_of(token)), on_request, on_listening);
}

void WebSocketConnections::listen_later(const std::string& token) {
  const auto timer = std::make_shared<boost::asio::steady_timer>(shard_.context(), kListenAgain);
  timer->async_wait([this, timer, token](boost::system::error_code) {
    if (find(token) != nullptr) listen(token);
  });
}

WebSocketConnection* WebSocketConnections::find(std::string_view token) const {
  const auto place = by_token_.find(token);
  return place == by_token_.end() ? nullptr : place->second;
}

void ConnectionHomes::run_at(std::string_view token, std::function<void(LogicalConnections&)> then) const {
  const Home& home = of(token);
  boost::asio::post(home.websockets.shard().context(), [&home, then = std::move(then)] { then(home.logical); });
}

void WebSocketConnections::begin_batch(std::size_t sessions) {
  if (sessions < kWorthABatch) return;
  if (!ring_ && io_uring_) {
    ring_ = RingSender::create();
    io_uring_ = ring_ != nullptr;  // if not now, then never
  }
  in_batch_ = true;
}

void WebSocketConnections::end_batch() {
  if (ring_ && in_batch_) ring_->submit();
  in_batch_ = false;
}

void WebSocketConnections::resume_later(WebSocketConnection& connection) {
  paused_.push_back(&connection);
  if (paused_.size() == 1) resume();
}

void WebSocketConnections::resume() {
  std::erase_if(paused_, [](WebSocketConnection* connection) {
    if (connection->is_over_input()) return false;
    connection->resume_reading();
    return true;
  });
  if (paused_.empty()) return;
  resume_timer_.expires_after(kPausedFor);
  resume_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) resume();
  });
}

void WebSocketConnections::remove(WebSocketConnection& connection) {
  std::erase(paused_, &connection);
  const std::string token(connection.session().dialogue().token());
  by_token_.erase(token);
  if (connection.is_addressable()) relay_.unlisten(std::string(id_of(token)));
  connections_.erase_and_dispose(connections_.iterator_to(connection), [](WebSocketConnection* gone) { delete gone; });
}

}  // namespace chat
