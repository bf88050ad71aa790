#include "transport/websocket_upgrade.hpp"

#include <boost/asio/post.hpp>
#include <memory>
#include <string>
#include <utility>

#include "chat/codec/codec.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/logical_connections.hpp"
#include "chat/transport/negotiation.hpp"
#include "transport/charges.hpp"
#include "transport/deflate_offer.hpp"
#include "transport/turn_away.hpp"
#include "transport/websocket_connection.hpp"
#include "transport/websocket_handshake.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view kWebSocketPath = "/ws";

bool is_hub(const HttpRequest& request, const TransportSettings& settings) {
  return is_hub(path_of(target_of(request)), settings);
}

/// What an upgrade becomes.
struct Verdict {
  HttpResponse response;                   // 101, or why not
  Admission::Place place;                  // of a new connection
  Negotiated negotiated;                   // of a hub's client
  WebSocketConnection* resumed = nullptr;  // that goes on over this socket
  bool is_accepted() const { return response.result() == http::status::switching_protocols; }
};

void refuse(Verdict& verdict, const HttpRequest& request, http::status status, std::string_view why,
            const char* retry_after = nullptr) {
  verdict.response = make_error(request, status, why);
  if (retry_after != nullptr) verdict.response.set(http::field::retry_after, retry_after);
}

/// A token stands for one connection: one that is not resumable has one socket, ever; one that is, on this node only.
/// `is_first`: whether nobody has begun it so far, on any node; an error where nobody knows.
void judge_token(Verdict& verdict, const HttpRequest& request, WebSocketConnections& home,
                 const TransportSettings& settings, const Result<bool>& is_first) {
  ConnectionToken& token = verdict.negotiated.token;
  token = query_value(target_of(request), "id");
  verdict.negotiated.details = wants_details(request);
  if (token.empty()) return;
  if (settings.secret.view().empty()) {
    verdict.response = make_unavailable(request);
    return;
  }
  if (!was_negotiated(settings.secret, verdict.negotiated)) {
    return refuse(verdict, request, http::status::not_found, "there is no such connection");
  }
  WebSocketConnection* const holder = home.find(token);
  if (holder != nullptr && !holder->is_paused())
    holder->on_readable();  // the client may have said there that it leaves
  if (holder != nullptr && holder->session().is_resumable()) {
    verdict.resumed = holder;
  } else if (holder != nullptr) {
    refuse(verdict, request, http::status::conflict, "this connection has a socket");
  } else if (!may_begin(token, home.shard().clock().unix_ms())) {
    refuse(verdict, request, http::status::not_found, "this connection is over, or another node's");
  } else if (!is_first) {
    verdict.response = make_unavailable(request);
  } else if (!*is_first) {
    refuse(verdict, request, http::status::conflict, "this connection has been begun already");
  }
}

Verdict judge(const HttpRequest& request, const boost::asio::ip::address& client, WebSocketConnections& home,
              Admission& admission, const TransportSettings& settings, const Result<bool>& is_first) {
  const bool hub = is_hub(request, settings);
  Verdict verdict{
      answer_handshake(request, settings.allowed_origins, hub ? std::string_view{} : json_codec().name()), {}, {}};
  if (verdict.is_accepted() && hub) judge_token(verdict, request, home, settings, is_first);
  if (!verdict.is_accepted()) return verdict;
  if (!admission.is_open() && verdict.resumed == nullptr) {
    refuse(verdict, request, http::status::service_unavailable, "this node cannot serve anybody now, try again", "1");
    return verdict;
  }
  if (home.shard().is_draining()) {
    refuse(verdict, request, http::status::service_unavailable, "this node is leaving", "1");
    return verdict;
  }
  if (verdict.resumed == nullptr) verdict.place = admission.admit(client);
  const bool has_place =
      verdict.resumed == nullptr ? bool(verdict.place) : verdict.resumed->move_place(admission, client);
  if (!has_place) verdict.response = too_many_connections(request);
  return verdict;
}

void settle(Descriptor socket, const HttpRequest& request, std::span<char> early,
            const boost::asio::ip::address& client, WebSocketConnections& home, Admission& admission,
            const TransportSettings& settings, const Result<bool>& is_first) {
  auto verdict = judge(request, client, home, admission, settings, is_first);
  if (!verdict.is_accepted()) return turn_away(socket, std::move(verdict.response));
  const bool deflate = settings.compression && !is_hub(request, settings) && offers_deflate(request);
  if (deflate) verdict.response.set(http::field::sec_websocket_extensions, kDeflateAnswer);
  const std::string answer = head_of(verdict.response);
  if (verdict.resumed != nullptr) {
    if (send_at_once(socket, answer)) verdict.resumed->move_to(std::move(socket), early);
  } else if (is_hub(request, settings)) {
    home.add_hub(std::move(socket), std::move(verdict.place), {answer, early, {}}, std::move(verdict.negotiated));
  } else {
    home.add(std::move(socket), std::move(verdict.place), {answer, early, query_value(target_of(request), "room")},
             deflate ? Format::json_websocket_deflate : Format::json_websocket);
  }
}

}  // namespace

bool asks_for_websocket(const HttpRequest& request, const TransportSettings& settings) {
  return wants_websocket(request) && (path_of(target_of(request)) == kWebSocketPath || is_hub(request, settings));
}

void upgrade(Descriptor socket, const HttpRequest& request, std::span<char> early,
             const boost::asio::ip::address& client, const ShardEntrance& entrance, const TransportSettings& settings) {
  if (is_over_connects(entrance.shard, client, settings)) return turn_away(socket, too_many_connects(request));
  const std::string token(is_hub(request, settings) ? query_value(target_of(request), "id") : std::string_view{});
  auto& home = token.empty() ? entrance.websockets : entrance.homes.of(token);
  Admission& admission = entrance.admission;
  if (token.empty()) return settle(std::move(socket), request, early, client, home, admission, settings, true);
  // On the token's shard, with a copy of the bytes: its read buffer is needed for the socket that is there already.
  auto held = std::make_shared<Descriptor>(std::move(socket));
  const auto go_on = [held, request, client, &home, &admission, &settings,
                      bytes = std::string(early.begin(), early.end())](Result<bool> is_first) {
    // A const copy of a result<bool> would be made into a bool when it is moved.
    boost::asio::post(home.shard().context(), [held, request, client, &home, &admission, &settings, bytes,
                                               is_first = std::move(is_first)]() mutable {
      settle(std::move(*held), request, bytes, client, home, admission, settings, is_first);
    });
  };
  Negotiated negotiated{token};
  const bool may = was_negotiated(settings.secret, negotiated) && may_begin(token, home.shard().clock().unix_ms());
  may ? entrance.logical.claim(std::string(id_of(token)), 2 * kBeginTime, go_on) : go_on(false);
}

}  // namespace chat
