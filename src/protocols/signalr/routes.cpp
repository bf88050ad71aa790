#include "protocols/signalr/routes.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "chat/codec/http_framing.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/http_calls.hpp"
#include "chat/transport/http/origin.hpp"
#include "chat/transport/polling/event_stream.hpp"
#include "protocols/signalr/dialogue.hpp"
#include "protocols/signalr/formats.hpp"
#include "protocols/signalr/limits.hpp"
#include "protocols/signalr/negotiation.hpp"
#include "protocols/signalr/polled_connection.hpp"
#include "protocols/signalr/receive_fields.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;
using Kind = ConnectionRequest::Kind;

constexpr const char* kClientHeaders = "Authorization, X-SignalR-User-Agent";
constexpr std::string_view kMessages = "application/octet-stream";

HttpResponse messages(const HttpRequest& request, http::status status, std::string body = {}) {
  auto response = make_response(request, status, kMessages, std::move(body));
  keep_out_of_buffers(response);
  return response;
}

bool accepts_event_stream(const HttpRequest& request) {
  return std::string_view(request[http::field::accept].data(), request[http::field::accept].size())
             .find("text/event-stream") != std::string_view::npos;
}

/// The genuine token in a request; answers the call if there is none.
std::optional<ConnectionToken> token_in(const HttpCall& call, const ClusterSecret& secret) {
  Negotiated negotiated{ConnectionToken(query_value(target_of(call.request), "id"))};
  if (negotiated.token.empty()) {
    call.reply(make_error(call.request, http::status::bad_request, "the id of the connection is missing"));
  } else if (secret.view().empty()) {
    call.reply(make_unavailable(call.request));
  } else if (!was_negotiated(secret, negotiated)) {
    call.reply(make_refusal(call.request, http::status::not_found));
  } else {
    return std::move(negotiated.token);
  }
  return std::nullopt;
}

// ---- the first GET -----------------------------------------------------------------------------------------------

void open_stream(const HttpCall& call, const ConnectionToken& token, const TransportSettings& settings,
                 const SignalRSettings& signalr) {
  const auto client = admit(call, settings, false);
  if (!client) return;
  const EventStream::Opening opening{event_stream_head(call, settings), std::string(kSseComment)};
  call.reply([&logical = call.context->logical, &signalr, token, client, opening,
              details = wants_details(call.request)](Descriptor socket) {
    const auto& formats = signalr_sse_formats();
    logical.add(std::make_unique<EventStream>(logical, std::string(id_of(token)), std::move(*client), formats.handshake,
                                              signalr_dialogue(signalr, formats, {token, false}, details),
                                              std::move(socket), opening));
  });
}

void open_polls(const HttpCall& call, const ConnectionToken& token, const TransportSettings& settings,
                const SignalRSettings& signalr) {
  const auto client = admit(call, settings, false);
  if (!client) return;
  auto& logical = call.context->logical;
  const auto opened = [call](bool is) {
    call.reply(is ? messages(call.request, http::status::ok) : make_unavailable(call.request));
  };
  const auto& formats = signalr_poll_formats();
  logical.add(std::make_unique<SignalRPolledConnection>(
      logical, std::string(id_of(token)), std::move(*client), formats.handshake,
      signalr_dialogue(signalr, formats, {token, false}, wants_details(call.request)), opened));
}

/// A token begins one connection, ever: where that is gone, its client has to learn so.
void begin(const HttpCall& call, const ConnectionToken& token, bool wants_stream, const TransportSettings& settings,
           const SignalRSettings& signalr) {
  const auto on_claimed = [call, token, wants_stream, &settings, &signalr](const Result<bool>& is_first) {
    if (!is_first) return call.reply(make_unavailable(call.request));
    if (!*is_first) return call.reply(make_refusal(call.request, http::status::not_found));
    wants_stream ? open_stream(call, token, settings, signalr) : open_polls(call, token, settings, signalr);
  };
  call.context->logical.claim(std::string(id_of(token)), 2 * kBeginTime, on_claimed);
}

// ---- requests of a connection ------------------------------------------------------------------------------------

/// Tells the connection when the answer to its poll has been written.
HttpAnswer answer_to_poll(const HttpCall& call, const ConnectionToken& token, ConnectionAnswer answer) {
  auto response = messages(call.request, answer.status, std::move(answer.body));
  if (answer.ack == 0) return response;
  return WatchedResponse{std::move(response), [call, token, ack = answer.ack] {
                           ask(call, token, {Kind::written, ack, {}}, kAnswerTime, [](const ConnectionAnswer&) {});
                         }};
}

void get(const HttpCall& call, const TransportSettings& settings, const SignalRSettings& signalr) {
  const auto token = token_in(call, settings.secret);
  if (!token) return;
  const bool wants_stream = accepts_event_stream(call.request);
  // An event stream only asks whether there is a connection already.
  const ConnectionRequest request{wants_stream ? Kind::written : Kind::poll, 0, {}};
  ask(call, *token, request, PolledConnection::kPending + kAnswerTime,
      [call, token = *token, wants_stream, &settings, &signalr](ConnectionAnswer answer) {
        if (answer.status == http::status::not_found && may_begin(token, call.context->shard.clock().unix_ms())) {
          return begin(call, token, wants_stream, settings, signalr);
        }
        if (answer.status == http::status::accepted) {
          return call.reply(make_error(call.request, http::status::conflict, "this connection is open"));
        }
        const bool is_poll = answer.status == http::status::ok || answer.status == http::status::no_content;
        call.reply(is_poll ? answer_to_poll(call, token, std::move(answer))
                           : make_refusal(call.request, answer.status));
      });
}

void pass_on(const HttpCall& call, const ClusterSecret& secret, ConnectionRequest request, http::status taken) {
  const auto token = token_in(call, secret);
  if (!token) return;
  ask(call, *token, request, kAnswerTime, [call, taken](const ConnectionAnswer& answer) {
    const bool is_taken = answer.status == http::status::accepted;
    call.reply(is_taken ? messages(call.request, taken) : make_refusal(call.request, answer.status));
  });
}

WebSocketProtocol over_websocket(const SignalRSettings& settings) {
  WebSocketProtocol protocol{{}, signalr_websocket_formats().handshake, std::nullopt, limits::kHubTransportBytes};
  protocol.in_pieces = true;
  protocol.has_tokens = true;
  protocol.dialogue = [&settings](const HttpRequest& request, const Negotiated& negotiated) {
    return signalr_dialogue(settings, signalr_websocket_formats(), negotiated, wants_details(request));
  };
  return protocol;
}

}  // namespace

void add_signalr_routes(Router& router, const TransportSettings& settings, const SignalRSettings& signalr) {
  set_receive_fields(signalr.receive);
  add_negotiation(router, settings, signalr.paths);
  const auto& origins = settings.allowed_origins;
  for (const auto& path : signalr.paths) {
    const auto on = [&](http::verb method, HttpHandler handler) {
      router.on_loosely(method, path, for_origins(origins, std::move(handler)));
    };
    router.websocket_loosely(path, over_websocket(signalr));
    on(http::verb::get, [&settings, &signalr](const HttpCall& call) { get(call, settings, signalr); });
    on(http::verb::post, [&settings](const HttpCall& call) {
      pass_on(call, settings.secret, {Kind::send, 0, call.request.body()}, http::status::ok);
    });
    on(http::verb::delete_, [&settings](const HttpCall& call) {
      pass_on(call, settings.secret, {Kind::end, 0, {}}, http::status::accepted);
    });
    router.on_loosely(http::verb::options, path, preflight(origins, "GET, POST, DELETE", kClientHeaders));
  }
}

}  // namespace chat
