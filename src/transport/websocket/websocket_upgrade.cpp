#include "transport/websocket/websocket_upgrade.hpp"

#include <boost/asio/post.hpp>
#include <memory>
#include <string>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/ask_door.hpp"
#include "chat/transport/http/bearer.hpp"
#include "chat/transport/http/http_calls.hpp"
#include "chat/transport/http/on_this_machine.hpp"
#include "chat/transport/polling/logical_connection.hpp"
#include "transport/http/charges.hpp"
#include "transport/http/turn_away.hpp"
#include "transport/websocket/deflate_offer.hpp"
#include "transport/websocket/websocket_connection.hpp"
#include "transport/websocket/websocket_handshake.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

/// The decision about an upgrade.
struct UpgradeDecision {
  HttpResponse response;       // 101, or why not
  Admission::Permit permit{};  // of a new connection
  Negotiated negotiated{};     // if it has a token
  bool is_resumed = false;     // the token's connection goes on over this socket
  LetIn let_in{};              // until the application is asked: the identity of the request's token
  bool is_on_this_machine = false;
  bool is_accepted() const { return response.result() == http::status::switching_protocols; }
};

void refuse(UpgradeDecision& decision, const HttpRequest& request, http::status status, std::string_view why,
            const char* retry_after = nullptr) {
  decision.response = make_error(request, status, why);
  if (retry_after != nullptr) decision.response.set(http::field::retry_after, retry_after);
}

/// The connection of the token, which may have said over its socket that it leaves.
WebSocketConnection* holder_of(const std::string& token, WebSocketConnections& home) {
  WebSocketConnection* const holder = home.find(token);
  if (holder != nullptr && !holder->is_paused()) holder->on_readable();
  return holder;
}

/// A token stands for one connection: one that is not resumable has one socket, ever; one that is, on this node only.
void check_token(UpgradeDecision& decision, const HttpRequest& request, const WebSocketConnection* holder, UnixMs now,
                 const TransportSettings& settings) {
  if (settings.secret.view().empty()) {
    decision.response = make_unavailable(request);
  } else if (!was_negotiated(settings.secret, decision.negotiated)) {
    refuse(decision, request, http::status::not_found, "there is no such connection");
  } else if (holder != nullptr && !decision.is_resumed) {
    refuse(decision, request, http::status::conflict, "this connection has a socket");
  } else if (holder == nullptr && !may_begin(decision.negotiated.token, now)) {
    refuse(decision, request, http::status::not_found, "this connection is over, or another node's");
  }
}

/// A token that is not good yet is claimed by no refusal here: the claim comes last.
UpgradeDecision decide(const HttpRequest& request, const WebSocketProtocol& protocol,
                       const boost::asio::ip::address& client, WebSocketConnections& home, Admission& admission,
                       const TransportSettings& settings, bool needs_place = true) {
  UpgradeDecision decision{answer_handshake(request, settings.allowed_origins, protocol.subprotocol)};
  if (!decision.is_accepted()) return decision;
  if (auto fault = protocol.fault ? protocol.fault(request) : std::nullopt) decision.response = *std::move(fault);
  if (!decision.is_accepted()) return decision;
  auto& token = decision.negotiated.token;
  if (protocol.has_tokens) token = query_value(target_of(request), "id");
  WebSocketConnection* const holder = token.empty() ? nullptr : holder_of(token, home);
  decision.is_resumed = holder != nullptr && holder->session().is_resumable();
  if (!token.empty()) check_token(decision, request, holder, home.shard().clock().unix_ms(), settings);
  if (!decision.is_accepted()) return decision;
  if (!admission.is_open() && !decision.is_resumed) {
    refuse(decision, request, http::status::service_unavailable, "this node cannot serve anybody now, try again", "1");
    return decision;
  }
  if (home.shard().is_draining()) {
    refuse(decision, request, http::status::service_unavailable, "this node is leaving", "1");
    return decision;
  }
  auto identity = identity_in(request, home.shard(), client, protocol.token_may_follow);
  if (!identity) {
    decision.response = make_unauthorized(request, identity.error());
    return decision;
  }
  decision.let_in.identity = *std::move(identity);
  decision.is_on_this_machine = is_on_this_machine(request, client);
  if (decision.is_resumed && !holder->session().person().is_shown_by(decision.let_in.identity.get())) {
    refuse(decision, request, http::status::forbidden, "this connection is another user's");
    return decision;
  }
  if (!needs_place) return decision;
  if (!decision.is_resumed) decision.permit = admission.admit(client);
  const bool has_permit = decision.is_resumed ? holder->move_permit(admission, client) : bool(decision.permit);
  if (!has_permit) decision.response = too_many_connections(request);
  return decision;
}

/// `is_first`: whether no node has begun the token's connection so far; an error where that is unknown.
void check_claim(UpgradeDecision& decision, const HttpRequest& request, const Result<bool>& is_first) {
  if (!is_first) {
    decision.response = make_unavailable(request);
  } else if (!*is_first) {
    refuse(decision, request, http::status::conflict, "this connection has been begun already");
  }
}

WebSocketReader reader_for(const WebSocketProtocol& protocol, bool deflate) {
  using Mode = WebSocketReader::Mode;
  const Mode whole = deflate ? Mode::whole_deflate : Mode::whole;
  return WebSocketReader(protocol.message_bytes, protocol.in_pieces ? Mode::pieces : whole);
}

/// The dialogue of a socket for a connection that has been polled, and why it ends at once if it does.
struct Joining {
  DialoguePtr dialogue{};  // null: the socket is for a new connection
  std::optional<CloseReason> refusal{};
};

/// Answers, and begins the connection or goes on with one.
void answer_upgrade(Descriptor socket, const HttpRequest& request, const WebSocketProtocol& protocol,
                    std::span<char> initial_bytes, WebSocketConnections& home, const TransportSettings& settings,
                    UpgradeDecision decision, Joining joining = {}) {
  if (!decision.is_accepted()) return turn_away(socket, std::move(decision.response));
  const bool deflate = settings.compression && protocol.deflated && offers_deflate(request);
  if (deflate) decision.response.set(http::field::sec_websocket_extensions, kDeflateAnswer);
  const std::string answer = head_of(decision.response);
  if (decision.is_resumed) {
    if (!send_at_once(socket, answer)) return;
    WebSocketConnection& resumed = *home.find(decision.negotiated.token);
    if (decision.let_in.identity) resumed.session().token().renew(resumed.session(), decision.let_in.identity);
    resumed.move_to(std::move(socket), initial_bytes);
    return;
  }
  const bool is_new = joining.dialogue == nullptr;
  const auto on_open = [&](Session& session) {
    if (joining.refusal) session.close(*joining.refusal);
    if (!is_new) return;
    log_debug(
        "session_opened",
        {{"session", session.person().session_id()}, {"request", request_id_of(request)}, {"protocol", protocol.name}});
    decision.let_in.is_on_this_machine = decision.is_on_this_machine;
    session.token().enter(session, std::move(decision.let_in));
    if (session.is_closing()) return;
    if (protocol.on_open) protocol.on_open(session, request);
  };
  home.add(std::move(socket), std::move(decision.permit), {answer, initial_bytes, on_open},
           deflate ? *protocol.deflated : protocol.format, reader_for(protocol, deflate),
           is_new ? protocol.dialogue(request, decision.negotiated) : std::move(joining.dialogue));
}

/// An upgrade on its way between the threads of shards, with a copy of the bytes: the read buffer is needed for the
/// socket that is there already.
struct HeldUpgrade {
  Descriptor socket;
  HttpRequest request;
  std::string bytes;
  const WebSocketProtocol& protocol;
  WebSocketConnections& home;
  const TransportSettings& settings;

  void answer(UpgradeDecision decision, Joining joining = {}) {
    answer_upgrade(std::move(socket), request, protocol, bytes, home, settings, std::move(decision),
                   std::move(joining));
  }
};

/// A connection of this node takes the socket itself, and has its place already; one of another node must agree.
void offer_socket(const std::shared_ptr<HeldUpgrade>& held, const std::string& connection,
                  const boost::asio::ip::address& client, Admission& admission, const LogicalConnections& logical) {
  LogicalConnection* const own = logical.find(connection);
  auto decision = std::make_shared<UpgradeDecision>(
      decide(held->request, held->protocol, client, held->home, admission, held->settings, own == nullptr));
  if (!decision->is_accepted()) return held->answer(std::move(*decision));
  if (own != nullptr) {
    return own->take_socket(std::move(held->socket), head_of(decision->response), held->bytes,
                            reader_for(held->protocol, false));
  }
  const auto on_answer = [held, connection, decision](const ConnectionAnswer& answer) {
    const Handover& handover = *held->protocol.handover;
    const bool is_refused = answer.status == http::status::bad_request;
    if (answer.status == http::status::accepted || is_refused) {
      Joining joining{handover.dialogue(connection, held->home.relay())};
      if (is_refused) joining.refusal = CloseReason{CloseCode::policy, "this connection has a socket"};
      return held->answer(std::move(*decision), std::move(joining));
    }
    const bool is_unknown = answer.status == http::status::gateway_timeout;
    decision->response = is_unknown ? make_gateway_timeout(held->request) : handover.refusal(held->request);
    held->answer(std::move(*decision));
  };
  held->home.relay().ask(connection, {ConnectionRequest::Kind::offer, 0, {}}, kAnswerTime, on_answer);
}

/// The application has let the client in. A token is claimed last.
void claim_held(const std::shared_ptr<HeldUpgrade>& held, const std::shared_ptr<UpgradeDecision>& decision) {
  if (decision->negotiated.token.empty()) return held->answer(std::move(*decision));
  const auto on_claimed = [held, decision](const Result<bool>& is_first) {
    check_claim(*decision, held->request, is_first);
    held->answer(std::move(*decision));
  };
  held->home.relay().claim(std::string(id_of(decision->negotiated.token)), 2 * kBeginTime, on_claimed);
}

/// On the shard of the connection. A connection that goes on has been let in before.
void ask_held(const std::shared_ptr<HeldUpgrade>& held, const boost::asio::ip::address& client,
              UpgradeDecision decided) {
  auto decision = std::make_shared<UpgradeDecision>(std::move(decided));
  if (!decision->is_accepted() || decision->is_resumed) return held->answer(std::move(*decision));
  ask_door(held->settings.door, held->request, held->protocol.name, client, decision->let_in.identity,
           held->home.shard(), [held, decision](Welcomed welcomed) {
             if (auto* refused = std::get_if<HttpResponse>(&welcomed)) {
               decision->response = std::move(*refused);
               return held->answer(std::move(*decision));
             }
             decision->let_in = std::get<LetIn>(std::move(welcomed));
             claim_held(held, decision);
           });
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
  const std::string connection = protocol.handover ? protocol.handover->connection(request) : std::string();
  const std::string& named = token.empty() ? connection : token;
  auto& home = named.empty() ? context.websockets : context.homes.of(named).websockets;
  Admission& admission = context.admission;
  const auto hold = [&] {
    return std::make_shared<HeldUpgrade>(HeldUpgrade{
        std::move(socket), request, std::string(initial_bytes.begin(), initial_bytes.end()), protocol, home, settings});
  };
  if (!connection.empty()) {
    return context.homes.run_at(connection, [held = hold(), connection, client, &admission](LogicalConnections& own) {
      offer_socket(held, connection, client, admission, own);
    });
  }
  const bool is_watched = settings.door != nullptr && settings.door->is_watched();
  if (token.empty() && !is_watched) {
    return answer_upgrade(std::move(socket), request, protocol, initial_bytes, home, settings,
                          decide(request, protocol, client, home, admission, settings));
  }
  boost::asio::post(home.shard().context(), [held = hold(), client, &admission] {
    ask_held(held, client, decide(held->request, held->protocol, client, held->home, admission, held->settings));
  });
}

}  // namespace chat
