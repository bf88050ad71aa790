#include "transport/websocket_upgrade.hpp"

#include <sys/socket.h>

#include <string>
#include <utility>

#include "chat/transport/router.hpp"
#include "transport/websocket_handshake.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

constexpr const char* kWebSocketPath = "/ws";

}  // namespace

bool asks_for_websocket(const HttpRequest& request) {
  return wants_websocket(request) && path_of({request.target().data(), request.target().size()}) == kWebSocketPath;
}

Verdict judge_upgrade(const HttpRequest& request, const boost::asio::ip::address& peer, const ShardEntrance& entrance,
                      const TransportSettings& settings) {
  Verdict verdict{answer_handshake(request, settings.allowed_origins), {}};
  if (!verdict.is_accepted()) {
    verdict.response.keep_alive(false);
    return verdict;
  }
  const auto forwarded = request["X-Forwarded-For"];
  verdict.place =
      entrance.admission.admit(client_address(peer, {forwarded.data(), forwarded.size()}, settings.trusted_proxies));
  if (!verdict.place) {
    verdict.response = make_error(request, http::status::too_many_requests, "too many connections");
    verdict.response.set(http::field::retry_after, "5");
  } else if (entrance.shard.is_draining()) {
    verdict.response = make_error(request, http::status::service_unavailable, "this node is leaving");
    verdict.response.set(http::field::retry_after, "1");
  }
  if (!verdict.is_accepted()) verdict.response.keep_alive(false);
  return verdict;
}

void become_websocket(Descriptor socket, Verdict verdict, std::span<char> early, ShardEntrance entrance) {
  const std::string head = head_of(verdict.response);
  // A fresh socket has room for this: what does not go out at once never will.
  const auto sent = ::send(socket.get(), head.data(), head.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(head.size())) return;
  entrance.websockets.add(std::move(socket), std::move(verdict.place), early);
}

}  // namespace chat
