#include "protocols/chat_v1/routes.hpp"

#include <charconv>
#include <memory>
#include <utility>

#include "chat/base/utf8.hpp"
#include "chat/codec/http_framing.hpp"
#include "chat/core/limits.hpp"
#include "chat/sessions/session.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/http_calls.hpp"
#include "chat/transport/http/origin.hpp"
#include "chat/transport/polling/event_stream.hpp"
#include "chat/transport/polling/polled_connection.hpp"
#include "protocols/chat_v1/codec.hpp"
#include "protocols/chat_v1/dialogue.hpp"
#include "protocols/chat_v1/formats.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kChatV1Name = "chat.v1";

// ---- new connections ---------------------------------------------------------------------------------------------

void open_stream(const HttpCall& call, const TransportSettings& settings) {
  const auto secret = settings.secret.view();
  if (secret.empty()) return call.reply(make_unavailable(call.request));
  const auto token = mint_token(secret, call.context->shard.clock().unix_ms());
  EventStream::Opening opening{event_stream_head(call, settings), {}};
  append_sse_event(opening.event, connection_event(token), "connection");
  admit(call, settings, kChatV1Name, true, [call, token, opening](const std::shared_ptr<Admitted>& client) {
    call.reply([&logical = call.context->logical, token, client, opening](Descriptor socket) {
      logical.add(std::make_unique<EventStream>(logical, std::string(id_of(token)), std::move(*client),
                                                chat_v1_formats().sse, chat_v1_dialogue(), std::move(socket), opening));
    });
  });
}

void open_poll(const HttpCall& call, const TransportSettings& settings) {
  const auto secret = settings.secret.view();
  if (secret.empty()) return call.reply(make_unavailable(call.request));
  auto& logical = call.context->logical;
  const auto token = mint_token(secret, call.context->shard.clock().unix_ms());
  const auto opened = [call, token](bool is) {
    call.reply(is ? make_response(call.request, http::status::ok, kJson, connection_event(token) + '\n')
                  : make_gateway_timeout(call.request));
  };
  admit(call, settings, kChatV1Name, true, [&logical, token, opened](const std::shared_ptr<Admitted>& client) {
    logical.add(std::make_unique<PolledConnection>(logical, std::string(id_of(token)), std::move(*client),
                                                   chat_v1_formats().poll, chat_v1_dialogue(), opened));
  });
}

WebSocketProtocol over_websocket() {
  WebSocketProtocol protocol{std::string(json_codec().name()), chat_v1_formats().websocket,
                             chat_v1_formats().deflated_websocket, limits::kClientMessageBytes};
  protocol.name = kChatV1Name;
  protocol.token_may_follow = true;
  protocol.dialogue = [](const HttpRequest&, const Negotiated&) { return chat_v1_dialogue(); };
  protocol.on_open = [](Session& session, const HttpRequest& request) {
    chat_v1_on_open(session, query_value(target_of(request), "room"));
  };
  return protocol;
}

// ---- requests of a connection ------------------------------------------------------------------------------------

HttpResponse response_to(const HttpRequest& request, ConnectionAnswer answer) {
  const bool is_good = http::to_status_class(answer.status) == http::status_class::successful;
  return is_good ? make_response(request, answer.status, kJson, std::move(answer.body))
                 : make_refusal(request, answer.status);
}

/// Asks the connection that the request names.
void pass_on(const HttpCall& call, const ClusterSecret& secret, const ConnectionRequest& request, Milliseconds most) {
  if (secret.view().empty()) return call.reply(make_unavailable(call.request));
  const auto token = query_value(target_of(call.request), "id");
  if (!secret.any([&](std::string_view one) { return is_genuine(one, token); })) {
    return call.reply(make_refusal(call.request, http::status::not_found));
  }
  ask(call, token, request, most,
      [call](ConnectionAnswer answer) { call.reply(response_to(call.request, std::move(answer))); });
}

void send(const HttpCall& call, const ClusterSecret& secret) {
  const std::string& body = call.request.body();
  if (body.size() > limits::kClientMessageBytes) {
    return call.reply(make_error(call.request, http::status::payload_too_large, "more than 16 KiB of body"));
  }
  if (!is_utf8(body)) return call.reply(make_error(call.request, http::status::bad_request, "the body is not UTF-8"));
  pass_on(call, secret, {ConnectionRequest::Kind::send, 0, body}, kAnswerTime);
}

void poll(const HttpCall& call, const ClusterSecret& secret) {
  const auto text = query_value(target_of(call.request), "ack");
  std::uint64_t ack = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ack);
  if (!text.empty() && (error != std::errc{} || end != text.data() + text.size())) {
    return call.reply(make_error(call.request, http::status::bad_request, "ack is the number of the last answer"));
  }
  pass_on(call, secret, {ConnectionRequest::Kind::poll, ack, {}}, PolledConnection::kPending + kAnswerTime);
}

void end(const HttpCall& call, const ClusterSecret& secret) {
  pass_on(call, secret, {ConnectionRequest::Kind::end, 0, {}}, kAnswerTime);
}

}  // namespace

void add_chat_v1_routes(Router& router, const TransportSettings& settings) {
  router.websocket("/ws", over_websocket());
  const auto& origins = settings.allowed_origins;
  const auto on = [&](http::verb method, const char* path, HttpHandler handler) {
    router.on(method, path, for_origins(origins, std::move(handler)));
  };
  on(http::verb::get, "/sse", [&settings](const HttpCall& call) { open_stream(call, settings); });
  on(http::verb::post, "/sse", [&settings](const HttpCall& call) { send(call, settings.secret); });
  on(http::verb::get, "/poll", [&settings](const HttpCall& call) { poll(call, settings.secret); });
  on(http::verb::post, "/poll", [&settings](const HttpCall& call) {
    query_value(target_of(call.request), "id").empty() ? open_poll(call, settings) : send(call, settings.secret);
  });
  on(http::verb::delete_, "/poll", [&settings](const HttpCall& call) { end(call, settings.secret); });
  router.on(http::verb::options, "/sse", preflight(origins, "GET, POST", "Authorization"));
  router.on(http::verb::options, "/poll", preflight(origins, "GET, POST, DELETE", "Authorization"));
}

}  // namespace chat
