#include "transport/websocket/websocket_upgrade.hpp"

#include <boost/asio/post.hpp>
#include <memory>
#include <string>
#include <utility>

#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/bearer.hpp"
#include "chat/transport/polling/logical_connections.hpp"
#include "transport/http/charges.hpp"
#include "transport/http/turn_away.hpp"
#include "transport/websocket/deflate_offer.hpp"
#include "transport/websocket/websocket_connection.hpp"
#include "transport/websocket/websocket_handshake.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

/// What becomes of an upgrade.
struct UpgradeDecision {
  HttpResponse response;                       // 101, or why not
  Admission::Permit permit{};                  // of a new connection
  Negotiated negotiated{};                     // if it has a token
  WebSocketConnection* resumed = nullptr;      // that goes on over this socket
  std::shared_ptr<const Identity> identity{};  // of the request's token
  bool is_accepted() const { return response.result() == http::status::switching_protocols; }
};

void refuse(UpgradeDecision& decision, const HttpRequest& request, http::status status, std::string_view why,
            const char* retry_after = nullptr) {
  decision.response = make_error(request, status, why);
  if (retry_after != nullptr) decision.response.set(http::field::retry_after, retry_after);
}

/// A token stands for one connection: one that is not resumable has one socket, ever; one that is, on this node only.
/// `is_first`: whether it has not begun so far, on any node; an error where that is unknown.
void check_token(UpgradeDecision& decision, const HttpRequest& request, WebSocketConnections& home,
                 const TransportSettings& settings, const Result<bool>& is_first) {
  ConnectionToken& token = decision.negotiated.token;
  token = query_value(target_of(request), "id");
  if (token.empty()) return;
  if (settings.secret.view().empty()) {
    decision.response = make_unavailable(request);
    return;
  }
  if (!was_negotiated(settings.secret, decision.negotiated)) {
    return refuse(decision, request, http::status::not_found, "there is no such connection");
  }
  WebSocketConnection* const holder = home.find(token);
  if (holder != nullptr && !holder->is_paused())
    holder->on_readable();  // the client may have said there that it leaves
  if (holder != nullptr && holder->session().is_resumable()) {
    decision.resumed = holder;
  } else if (holder != nullptr) {
    refuse(decision, request, http::status::conflict, "this connection has a socket");
  } else if (!may_begin(token, home.shard().clock().unix_ms())) {
    refuse(decision, request, http::status::not_found, "this connection is over, or another node's");
  } else if (!is_first) {
    decision.response = make_unavailable(request);
  } else if (!*is_first) {
    refuse(decision, request, http::status::conflict, "this connection has been begun already");
  }
}

UpgradeDecision decide(const HttpRequest& request, const WebSocketProtocol& protocol,
                       const boost::asio::ip::address& client, WebSocketConnections& home, Admission& admission,
                       const TransportSettings& settings, const Result<bool>& is_first) {
  UpgradeDecision decision{answer_handshake(request, settings.allowed_origins, protocol.subprotocol)};
  if (decision.is_accepted() && protocol.has_tokens) check_token(decision, request, home, settings, is_first);
  if (!decision.is_accepted()) return decision;
  if (!admission.is_open() && decision.resumed == nullptr) {
    refuse(decision, request, http::status::service_unavailable, "this node cannot serve anybody now, try again", "1");
    return decision;
  }
  if (home.shard().is_draining()) {
    refuse(decision, request, http::status::service_unavailable, "this node is leaving", "1");
    return decision;
  }
  auto identity = identity_in(request, home.shard().settings(), protocol.token_may_follow);
  if (!identity) {
    decision.response = make_unauthorized(request, identity.error());
    return decision;
  }
  decision.identity = *std::move(identity);
  if (decision.resumed != nullptr && !decision.resumed->session().is_of(decision.identity.get())) {
    refuse(decision, request, http::status::forbidden, "this connection is another user's");
    return decision;
  }
  if (decision.resumed == nullptr) decision.permit = admission.admit(client);
  const bool has_permit =
      decision.resumed == nullptr ? bool(decision.permit) : decision.resumed->move_permit(admission, client);
  if (!has_permit) decision.response = too_many_connections(request);
  return decision;
}

WebSocketReader reader_for(const WebSocketProtocol& protocol, bool deflate) {
  using Mode = WebSocketReader::Mode;
  const Mode whole = deflate ? Mode::whole_deflate : Mode::whole;
  return WebSocketReader(protocol.message_bytes, protocol.in_pieces ? Mode::pieces : whole);
}

/// Answers, and begins the connection or goes on with one.
void answer_upgrade(Descriptor socket, const HttpRequest& request, const WebSocketProtocol& protocol,
                    std::span<char> initial_bytes, const boost::asio::ip::address& client, WebSocketConnections& home,
                    Admission& admission, const TransportSettings& settings, const Result<bool>& is_first) {
  auto decision = decide(request, protocol, client, home, admission, settings, is_first);
  if (!decision.is_accepted()) return turn_away(socket, std::move(decision.response));
  const bool deflate = settings.compression && protocol.deflated && offers_deflate(request);
  if (deflate) decision.response.set(http::field::sec_websocket_extensions, kDeflateAnswer);
  const std::string answer = head_of(decision.response);
  if (decision.resumed != nullptr) {
    if (!send_at_once(socket, answer)) return;
    if (decision.identity) decision.resumed->session().authenticate(decision.identity);
    decision.resumed->move_to(std::move(socket), initial_bytes);
    return;
  }
  const auto on_open = [&](Session& session) {
    if (decision.identity) session.authenticate(decision.identity);
    if (session.is_closing()) return;
    if (protocol.on_open) protocol.on_open(session, request);
  };
  home.add(std::move(socket), std::move(decision.permit), {answer, initial_bytes, on_open},
           deflate ? *protocol.deflated : protocol.format, reader_for(protocol, deflate),
           protocol.dialogue(request, decision.negotiated));
}

}  // namespace

const WebSocketProtocol* websocket_asked_for(const HttpRequest& request, const Router& router) {
  return wants_websocket(request) ? router.websocket_at(path_of(target_of(request))) : nullptr;
}

void upgrade(Descriptor socket, const HttpRequest& request, const WebSocketProtocol& protocol,
             std::span<char> initial_bytes, const boost::asio::ip::address& client, const ShardContext& context,
             const TransportSettings& settings) {
  if (is_over_connects(context.shard, client, settings)) return turn_away(socket, too_many_connects(request));
  const std::string token(protocol.has_tokens ? query_value(target_of(request), "id") : std::string_view{});
  auto& home = token.empty() ? context.websockets : context.homes.of(token);
  Admission& admission = context.admission;
  if (token.empty()) {
    return answer_upgrade(std::move(socket), request, protocol, initial_bytes, client, home, admission, settings, true);
  }
  // On the token's shard, with a copy of the bytes: its read buffer is needed for the socket that is there already.
  auto held = std::make_shared<Descriptor>(std::move(socket));
  const auto go_on = [held, request, client, &protocol, &home, &admission, &settings,
                      bytes = std::string(initial_bytes.begin(), initial_bytes.end())](Result<bool> is_first) {
    // A const copy of a result<bool> would be made into a bool when it is moved.
    boost::asio::post(home.shard().context(), [held, request, client, &protocol, &home, &admission, &settings, bytes,
                                               is_first = std::move(is_first)]() mutable {
      answer_upgrade(std::move(*held), request, protocol, bytes, client, home, admission, settings, is_first);
    });
  };
  Negotiated negotiated{token};
  const bool may = was_negotiated(settings.secret, negotiated) && may_begin(token, home.shard().clock().unix_ms());
  may ? context.logical.claim(std::string(id_of(token)), 2 * kBeginTime, go_on) : go_on(false);
}

}  // namespace chat
