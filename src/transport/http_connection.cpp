#include "transport/http_connection.hpp"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <span>
#include <string>
#include <utility>

#include "transport/charges.hpp"
#include "transport/http_conversation.hpp"
#include "transport/http_head.hpp"
#include "transport/request_head.hpp"
#include "transport/turn_away.hpp"
#include "transport/websocket_upgrade.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

/// Most connections are upgrades whose whole request is there when they are accepted: that is answered on the spot,
/// which costs a fifth of a conversation. True when it was; else the bytes are as they came.
bool upgrade_at_once(Arrival& arrival, std::span<char> bytes, const ShardEntrance& entrance,
                     const TransportSettings& settings) {
  const auto whole = check_head({bytes.data(), bytes.size()});
  if (whole.kind != HttpHead::Kind::whole) return false;
  HttpParser parser;
  set_limits(parser);
  error_code error;
  const std::size_t head = parser.put(asio::buffer(bytes.data(), whole.size), error);
  if (error || !parser.is_header_done() || announces_body(parser)) return false;
  HttpRequest& request = parser.get();
  if (judge_head(request, settings) || !asks_for_websocket(request, settings)) return false;
  const auto client = client_of(request, arrival.peer.address(), settings);
  if (const auto wait = charge_input(entrance.shard, client, head); wait > Milliseconds{0}) {
    turn_away(arrival.socket, too_many_requests(request, wait));
  } else {
    upgrade(std::move(arrival.socket), request, bytes.subspan(head), client, entrance, settings);
  }
  return true;
}

/// Whether the bytes have the head of a request that is answered also where there is no place. A head that is still on
/// its way could be that of any number of idle connections.
bool may_come_in(std::span<const char> bytes, const TransportSettings& settings) {
  const std::string_view text(bytes.data(), bytes.size());
  if (text.find("\r\n\r\n") == std::string_view::npos) return false;
  const auto begin = text.find(' ') + 1;
  return needs_no_place(text.substr(begin, text.find_first_of(" \r", begin) - begin), settings);
}

}  // namespace

void serve_http(Arrival arrival, ShardEntrance& entrance, const Router& router, const TransportSettings& settings) {
  auto& shared = entrance.shard.read_buffer();
  const auto size = ::recv(arrival.socket.get(), shared.data(), shared.size(), MSG_DONTWAIT);
  const std::span<char> bytes(shared.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  if (upgrade_at_once(arrival, bytes, entrance, settings)) return;
  const auto peer = client_address(arrival.peer.address(), {}, settings.trusted_proxies);
  Admission::Place place;
  if (!settings.trusted_proxies.contains(peer)) {  // a proxy names its clients in the head of each request
    place = entrance.admission.admit(peer);
    if (!place && !may_come_in(bytes, settings)) {
      return turn_away(arrival.socket, too_many_connections(HttpRequest(http::verb::get, "/", 11)));
    }
  }
  beast::flat_buffer buffer;
  buffer.commit(asio::buffer_copy(buffer.prepare(bytes.size()), asio::buffer(bytes.data(), bytes.size())));
  error_code failed;
  asio::ip::tcp::socket socket(entrance.shard.context());
  socket.assign(arrival.peer.protocol(), arrival.socket.get(), failed);
  if (failed) return;
  arrival.socket.release();
  converse(std::move(socket), std::move(buffer), std::move(place), {peer, entrance, router, settings});
}

}  // namespace chat
