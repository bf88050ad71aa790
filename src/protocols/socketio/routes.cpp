#include "protocols/socketio/routes.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "chat/base/digest.hpp"
#include "chat/base/utf8.hpp"
#include "chat/sessions/session.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/http_calls.hpp"
#include "chat/transport/http/origin.hpp"
#include "protocols/socketio/bridge.hpp"
#include "protocols/socketio/codec.hpp"
#include "protocols/socketio/dialogue.hpp"
#include "protocols/socketio/echo.hpp"
#include "protocols/socketio/engine_connection.hpp"
#include "protocols/socketio/engine_dialogue.hpp"
#include "protocols/socketio/engine_requests.hpp"
#include "protocols/socketio/limits.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;
using RequestKind = ConnectionRequest::Kind;
using MakeDialogue = std::function<DialoguePtr(const HttpRequest&)>;

constexpr std::string_view kSocketIOName = "socketio";
constexpr std::string_view kPackets = "text/plain; charset=UTF-8";
constexpr std::string_view kPong = "3";
constexpr std::size_t kSidBytes = 15;
constexpr std::string_view kUpgrades = R"(["websocket"])";

/// One path: how its clients are served.
struct Endpoint {
  const TransportSettings& transport;
  const SocketIOSettings& settings;
  MakeDialogue dialogue;
};

HttpResponse packets(const HttpRequest& request, std::string body) {
  auto response = make_response(request, http::status::ok, kPackets, std::move(body));
  keep_out_of_buffers(response);
  return response;
}

HttpResponse refusal(const HttpRequest& request, http::status status) {
  if (status == http::status::not_found) return make_engine_error(request, EngineError::unknown_sid);
  if (status == http::status::gateway_timeout) return make_gateway_timeout(request);
  return status == http::status::bad_request ? make_engine_error(request, EngineError::bad_request)
                                             : make_unavailable(request);
}

// ---- polls -------------------------------------------------------------------------------------------------------

void open_polls(const HttpCall& call, const Endpoint& endpoint) {
  admit(call, endpoint.transport, kSocketIOName, true, [call, endpoint](const std::shared_ptr<Admitted>& client) {
    const auto token = mint_token(endpoint.transport.secret.view(), call.context->shard.clock().unix_ms());
    const auto opened = [call, packet = open_packet(endpoint.settings, token, kUpgrades)](bool is) {
      call.reply(is ? packets(call.request, packet) : make_gateway_timeout(call.request));
    };
    const std::string id(id_of(token));
    call.context->homes.run_at(id, [call, endpoint, id, client, opened](LogicalConnections& home) {
      home.add(std::make_unique<EngineConnection>(home, id, std::move(*client),
                                                  socketio_format(call.request, endpoint.settings),
                                                  endpoint.dialogue(call.request), opened));
    });
  });
}

/// Tells the connection when the answer to its poll has been written.
HttpAnswer answer_to_engine_poll(const HttpCall& call, ConnectionAnswer answer) {
  auto response = packets(call.request, std::move(answer.body));
  if (answer.ack == 0) return response;
  return WatchedResponse{std::move(response), [call, ack = answer.ack] {
                           ask(call, sid_in(call.request), {RequestKind::written, ack, {}}, kAnswerTime,
                               [](const ConnectionAnswer&) {});
                         }};
}

void poll_engine(const HttpCall& call) {
  ask(call, sid_in(call.request), {RequestKind::poll, 0, {}}, PolledConnection::kPending + kAnswerTime,
      [call](ConnectionAnswer answer) {
        if (answer.status != http::status::ok) return call.reply(refusal(call.request, answer.status));
        call.reply(answer_to_engine_poll(call, std::move(answer)));
      });
}

void post(const HttpCall& call) {
  const auto& request = call.request;
  const bool is_binary = request[http::field::content_type].starts_with("application/octet-stream");
  if (is_binary || !is_utf8(request.body())) {
    if (call.body_came_later) ask(call, sid_in(request), {RequestKind::finish, 1, {}}, kAnswerTime, [](const auto&) {});
    return call.reply(make_engine_error(request, EngineError::bad_request));
  }
  const auto kind = call.body_came_later ? RequestKind::finish : RequestKind::send;
  ask(call, sid_in(request), {kind, 0, request.body()}, kAnswerTime, [call](const ConnectionAnswer& answer) {
    // The answer to a ping may cross with the end of its connection, of which the poll tells. python3-engineio stops
    // for ever if it is refused (DECISION 0191).
    const bool is_late_pong = answer.status == http::status::not_found && call.request.body() == kPong;
    const bool is_done = answer.status == http::status::accepted || is_late_pong;
    call.reply(is_done ? make_response(call.request, http::status::ok, "text/html", "ok")
                       : refusal(call.request, answer.status));
  });
}

/// A second POST meanwhile is one too many, at any node.
void begin_post(const HttpRequest& head, ShardContext& context, const Endpoint& endpoint) {
  if (sid_in(head).empty() || fault_in(head, endpoint.transport.secret, false)) return;
  context.relay.ask(std::string(id_of(sid_in(head))), {RequestKind::begin, 0, {}}, kAnswerTime, [](const auto&) {});
}

void serve(const HttpCall& call, const Endpoint& endpoint) {
  if (auto fault = fault_in(call.request, endpoint.transport.secret, false)) return call.reply(*std::move(fault));
  if (sid_in(call.request).empty()) return open_polls(call, endpoint);
  call.request.method() == http::verb::get ? poll_engine(call) : post(call);
}

// ---- WebSockets --------------------------------------------------------------------------------------------------

Handover handover() {
  return {[](const HttpRequest& request) { return std::string(id_of(sid_in(request))); },
          [](const std::string& connection, ConnectionRelay& relay) { return engine_bridge(connection, relay); },
          [](const HttpRequest& request) { return make_engine_error(request, EngineError::unknown_sid); }};
}

WebSocketProtocol engine_over_websocket(const std::shared_ptr<const Endpoint>& endpoint) {
  WebSocketProtocol protocol{{}, socketio_handover_format(), std::nullopt, limits::kEnginePayloadBytes};
  protocol.name = kSocketIOName;
  protocol.token_may_follow = true;
  protocol.fault = [endpoint](const HttpRequest& request) {
    return fault_in(request, endpoint->transport.secret, true);
  };
  protocol.handover = handover();
  protocol.dialogue = [endpoint](const HttpRequest& request, const Negotiated&) { return endpoint->dialogue(request); };
  protocol.on_open = [endpoint](Session& session, const HttpRequest& request) {
    session.set_format(socketio_format(request, endpoint->settings));
    const auto sid = to_base64url(random_bytes(kSidBytes));  // no request can name this connection
    session.send_control(frame_of(session.format(), open_packet(endpoint->settings, sid, "[]")));
  };
  return protocol;
}

/// The public suites come from everywhere.
HttpHandler for_everybody(HttpHandler handler) {
  return [handler = std::move(handler)](HttpCall call) {
    call.reply = [reply = std::move(call.reply)](HttpAnswer answer) {
      if (auto* response = response_in(answer)) response->set(http::field::access_control_allow_origin, "*");
      reply(std::move(answer));
    };
    handler(std::move(call));
  };
}

void add_endpoint(Router& router, std::string path, const std::shared_ptr<const Endpoint>& endpoint) {
  const auto& origins = endpoint->transport.allowed_origins;
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const HttpHandler handler = [endpoint](const HttpCall& call) { serve(call, *endpoint); };
  for (const auto method : {http::verb::get, http::verb::post, http::verb::put, http::verb::delete_}) {
    router.on_loosely(method, path,
                      endpoint->settings.conformance ? for_everybody(handler) : for_origins(origins, handler));
  }
  router.on_late_body(
      path, [endpoint](const HttpRequest& head, ShardContext& context) { begin_post(head, context, *endpoint); });
  router.on_loosely(http::verb::options, path, preflight(origins, "GET, POST"));
  router.websocket_loosely(path, engine_over_websocket(endpoint));
}

}  // namespace

void add_socketio_routes(Router& router, const TransportSettings& transport, const SocketIOSettings& settings) {
  const auto add = [&](const std::string& path, MakeDialogue dialogue) {
    add_endpoint(router, path, std::make_shared<const Endpoint>(Endpoint{transport, settings, std::move(dialogue)}));
  };
  if (settings.conformance) {
    add("/engine.io", [&settings](const HttpRequest&) { return engine_echo(settings); });
    add(settings.path, [&settings](const HttpRequest&) { return socket_echo(settings); });
  } else {
    add(settings.path, [&transport, &settings](const HttpRequest& request) {
      return socketio_dialogue(request, transport, settings);
    });
  }
}

}  // namespace chat
