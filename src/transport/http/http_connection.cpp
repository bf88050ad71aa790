#include "transport/http/http_connection.hpp"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <span>
#include <string>
#include <utility>

#include "transport/http/charges.hpp"
#include "transport/http/http_conversation.hpp"
#include "transport/http/http_head.hpp"
#include "transport/http/request_head.hpp"
#include "transport/http/turn_away.hpp"
#include "transport/websocket/websocket_upgrade.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

/// Parses the head in the bytes, which stay as they came; 0: it is not whole yet, or bad. Else its size.
std::size_t parse_head(std::span<const char> bytes, HttpParser& parser) {
  const auto whole = check_head({bytes.data(), bytes.size()});
  if (whole.kind != HttpHead::Kind::whole) return 0;
  set_limits(parser);
  error_code error;
  const std::size_t size = parser.put(asio::buffer(bytes.data(), whole.size), error);
  return error || !parser.is_header_done() ? 0 : size;
}

/// Answers an upgrade whose whole request has arrived when the node accepts the connection, as most do. That costs a
/// fifth of a conversation. Returns true if it was answered.
bool upgrade_at_once(Arrival& arrival, HttpRequest& request, std::size_t head, std::span<char> bytes,
                     const ShardContext& context, const Router& router, const TransportSettings& settings) {
  if (judge_head(request, settings)) return false;
  const WebSocketProtocol* const protocol = websocket_asked_for(request, router);
  if (protocol == nullptr) return false;
  const auto client = client_of(request, arrival.peer.address(), settings);
  if (const auto wait = charge_long_head(context.shard, client, head); wait > Milliseconds{0}) {
    turn_away(arrival.socket, too_many_requests(request, wait));
  } else {
    upgrade(std::move(arrival.socket), request, *protocol, bytes.subspan(head), client, context, settings);
  }
  return true;
}

}  // namespace

void serve_http(Arrival arrival, ShardContext& context, const Router& router, const TransportSettings& settings) {
  auto& shared = context.shard.read_buffer();
  const auto size = ::recv(arrival.socket.get(), shared.data(), shared.size(), MSG_DONTWAIT);
  const std::span<char> bytes(shared.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  HttpParser parser;
  const std::size_t head = parse_head(bytes, parser);
  const bool is_upgrade = head > 0 && !announces_body(parser);
  if (is_upgrade && upgrade_at_once(arrival, parser.get(), head, bytes, context, router, settings)) return;
  const auto peer = client_address(arrival.peer.address(), {}, settings.trusted_proxies);
  Admission::Permit place;
  if (!settings.trusted_proxies.contains(peer)) {  // a proxy names its clients in the head of each request
    place = context.admission.admit(peer);
    // A head that is still on its way could be that of any number of idle connections.
    if (!place && (head == 0 || !needs_no_place(parser, bytes.size() - head, settings))) {
      return turn_away(arrival.socket, too_many_connections(HttpRequest(http::verb::get, "/", 11)));
    }
  }
  beast::flat_buffer buffer;
  buffer.commit(asio::buffer_copy(buffer.prepare(bytes.size()), asio::buffer(bytes.data(), bytes.size())));
  error_code failed;
  asio::ip::tcp::socket socket(context.shard.context());
  socket.assign(arrival.peer.protocol(), arrival.socket.get(), failed);
  if (failed) return;
  arrival.socket.release();
  serve_connection(std::move(socket), std::move(buffer), std::move(place), {peer, context, router, settings});
}

}  // namespace chat
