#include "chat/transport/websocket/websocket_connections.hpp"

#include <utility>

#include "chat/rooms/room_mailbox.hpp"
#include "transport/io/ring_sender.hpp"
#include "transport/websocket/websocket_connection.hpp"

namespace chat {
namespace {

constexpr Milliseconds kPausedFor{50};   // a socket whose address has said too much, until it is looked at again
constexpr std::size_t kWorthABatch = 4;  // sessions; below, plain sends are as cheap

}  // namespace

bool is_io_uring_available() { return RingSender::create() != nullptr; }

WebSocketConnections::WebSocketConnections(Shard& shard, bool io_uring)
    : shard_(shard),
      poller_(shard.context(), [&shard] { return shard.rooms().is_congested(); }),
      resume_timer_(shard.context()),
      io_uring_(io_uring) {
  if (io_uring) shard.write_through(*this);
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
  connection.release()->start(opening);
}

WebSocketConnection* WebSocketConnections::find(std::string_view token) const {
  const auto place = by_token_.find(token);
  return place == by_token_.end() ? nullptr : place->second;
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
  by_token_.erase(std::string(connection.session().dialogue().token()));
  connections_.erase_and_dispose(connections_.iterator_to(connection), [](WebSocketConnection* gone) { delete gone; });
}

}  // namespace chat
