#include "protocols/signalr/routes.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "chat/codec/http_framing.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/bearer.hpp"
#include "chat/transport/http/http_calls.hpp"
#include "chat/transport/http/origin.hpp"
#include "chat/transport/polling/event_stream.hpp"
#include "protocols/signalr/dialect.hpp"
#include "protocols/signalr/dialogue.hpp"
#include "protocols/signalr/limits.hpp"
#include "protocols/signalr/negotiation.hpp"
#include "protocols/signalr/polled_connection.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;
using RequestKind = ConnectionRequest::Kind;

/// The hubs of one profile as their clients see them.
struct Hub {
  const SignalRSettings& settings;
  const HubDialect& dialect;
  const HubDialect& detailed;  // for clients that ask for details; the same if the profile has none on request

  const HubDialect& dialect_for(const HttpRequest& request) const {
    return wants_details(request) ? detailed : dialect;
  }
};

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

void open_hub_stream(const HttpCall& call, const ConnectionToken& token, const std::shared_ptr<Admitted>& client,
                     const TransportSettings& settings, const Hub& hub) {
  const EventStream::Opening opening{event_stream_head(call, settings), std::string(kSseComment)};
  call.reply([&logical = call.context->logical, &settings = hub.settings, token, client, opening,
              &dialect = hub.dialect_for(call.request)](Descriptor socket) {
    logical.add(std::make_unique<EventStream>(
        logical, std::string(id_of(token)), std::move(*client), dialect.sse.handshake,
        signalr_dialogue(settings, dialect, dialect.sse, {token, false}), std::move(socket), opening));
  });
}

void open_hub_polls(const HttpCall& call, const ConnectionToken& token, const std::shared_ptr<Admitted>& client,
                    const Hub& hub) {
  auto& logical = call.context->logical;
  const auto opened = [call](bool is) {
    call.reply(is ? messages(call.request, http::status::ok) : make_gateway_timeout(call.request));
  };
  const HubDialect& dialect = hub.dialect_for(call.request);
  logical.add(std::make_unique<SignalRPolledConnection>(
      logical, std::string(id_of(token)), std::move(*client), dialect.poll.handshake,
      signalr_dialogue(hub.settings, dialect, dialect.poll, {token, false}), opened));
}

/// A token begins one connection, ever: where that is gone, its client has to learn so. The claim comes last: a client
/// that is refused may try again with the same token.
void begin(const HttpCall& call, const ConnectionToken& token, bool wants_stream, const TransportSettings& settings,
           const Hub& hub) {
  admit(call, settings, kSignalRName, false,
        [call, token, wants_stream, &settings, hub](const std::shared_ptr<Admitted>& client) {
          const auto on_claimed = [call, token, wants_stream, client, &settings, hub](const Result<bool>& is_first) {
            if (!is_first) return call.reply(make_gateway_timeout(call.request));
            if (!*is_first) return call.reply(make_refusal(call.request, http::status::not_found));
            wants_stream ? open_hub_stream(call, token, client, settings, hub)
                         : open_hub_polls(call, token, client, hub);
          };
          call.context->relay.claim(std::string(id_of(token)), 2 * kBeginTime, on_claimed);
        });
}

// ---- requests of a connection ------------------------------------------------------------------------------------

/// Tells the connection when the answer to its poll has been written.
HttpAnswer answer_to_poll(const HttpCall& call, const ConnectionToken& token, ConnectionAnswer answer) {
  auto response = messages(call.request, answer.status, std::move(answer.body));
  if (answer.ack == 0) return response;
  return WatchedResponse{std::move(response), [call, token, ack = answer.ack] {
                           ask(call, token, {RequestKind::written, ack, {}}, kAnswerTime,
                               [](const ConnectionAnswer&) {});
                         }};
}

void get(const HttpCall& call, const TransportSettings& settings, const Hub& hub) {
  const auto token = token_in(call, settings.secret);
  if (!token) return;
  const bool wants_stream = accepts_event_stream(call.request);
  // An event stream only asks whether there is a connection already.
  const ConnectionRequest request{wants_stream ? RequestKind::written : RequestKind::poll, 0, {}};
  ask(call, *token, request, PolledConnection::kPending + kAnswerTime,
      [call, token = *token, wants_stream, &settings, hub](ConnectionAnswer answer) {
        if (answer.status == http::status::not_found && may_begin(token, call.context->shard.clock().unix_ms())) {
          return begin(call, token, wants_stream, settings, hub);
        }
        if (answer.status == http::status::accepted) {
          return call.reply(make_error(call.request, http::status::conflict, "this connection is open"));
        }
        const bool is_poll = answer.status == http::status::ok || answer.status == http::status::no_content;
        call.reply(is_poll ? answer_to_poll(call, token, std::move(answer))
                           : make_refusal(call.request, answer.status));
      });
}

void pass_on_to_hub(const HttpCall& call, const ClusterSecret& secret, ConnectionRequest request, http::status taken) {
  const auto token = token_in(call, secret);
  if (!token) return;
  ask(call, *token, request, kAnswerTime, [call, taken](const ConnectionAnswer& answer) {
    const bool is_taken = answer.status == http::status::accepted;
    call.reply(is_taken ? messages(call.request, taken) : make_refusal(call.request, answer.status));
  });
}

// ---- a newer token of its user ------------------------------------------------------------------------------------

/// As clients of .NET 11 read it.
std::string lifetime(UnixMs expires, UnixMs now) {
  if (expires == 0) return "{}";
  const UnixMs left = std::max<UnixMs>(expires - now, 0) / 1000;
  return R"({"tokenLifetimeSeconds":)" + std::to_string(left) + '}';
}

HttpResponse refresh_answer(const HttpCall& call, const ConnectionAnswer& answer) {
  const auto& request = call.request;
  if (answer.status == http::status::ok) {
    UnixMs expires = 0;
    std::from_chars(answer.body.data(), answer.body.data() + answer.body.size(), expires);
    return make_response(request, answer.status, "application/json",
                         lifetime(expires, call.context->shard.clock().unix_ms()));
  }
  return answer.body.empty() ? make_refusal(request, answer.status) : make_error(request, answer.status, answer.body);
}

/// The token is verified here, where its address pays for a bad one, and again by the node that holds the connection.
void refresh(const HttpCall& call, const ClusterSecret& secret) {
  const auto token = token_in(call, secret);
  if (!token) return;
  const std::string newer(bearer_token(call.request));
  if (newer.empty()) {
    return call.reply(make_unauthorized(call.request, {ErrorCode::unauthorized, "the newer token is missing"}));
  }
  const auto identity = identity_in(call.request, call.context->shard, call.client, false);
  if (!identity) return call.reply(make_unauthorized(call.request, identity.error()));
  ask(call, *token, {RequestKind::refresh, 0, newer}, kAnswerTime,
      [call](const ConnectionAnswer& answer) { call.reply(refresh_answer(call, answer)); });
}

WebSocketProtocol hub_over_websocket(const Hub& hub) {
  WebSocketProtocol protocol{{}, hub.dialect.websocket.handshake, std::nullopt, limits::kHubTransportBytes};
  protocol.name = kSignalRName;
  protocol.in_pieces = true;
  protocol.has_tokens = true;
  protocol.dialogue = [hub](const HttpRequest& request, const Negotiated& negotiated) {
    const HubDialect& dialect = hub.dialect_for(request);
    return signalr_dialogue(hub.settings, dialect, dialect.websocket, negotiated);
  };
  return protocol;
}

void add_hub(Router& router, const TransportSettings& settings, const Hub& hub, const std::vector<std::string>& paths) {
  add_negotiation(router, settings, paths);
  const auto& origins = settings.allowed_origins;
  for (const auto& path : paths) {
    const auto on = [&](http::verb method, HttpHandler handler) {
      router.on_loosely(method, path, for_origins(origins, std::move(handler)));
    };
    router.websocket_loosely(path, hub_over_websocket(hub));
    on(http::verb::get, [&settings, hub](const HttpCall& call) { get(call, settings, hub); });
    on(http::verb::post, [&settings](const HttpCall& call) {
      pass_on_to_hub(call, settings.secret, {RequestKind::send, 0, call.request.body()}, http::status::ok);
    });
    on(http::verb::delete_, [&settings](const HttpCall& call) {
      pass_on_to_hub(call, settings.secret, {RequestKind::end, 0, {}}, http::status::accepted);
    });
    router.on_loosely(http::verb::options, path, preflight(origins, "GET, POST, DELETE", kClientHeaders));
    router.on_loosely(http::verb::post, path + "/refresh",
                      for_origins(origins, [&settings](const HttpCall& call) { refresh(call, settings.secret); }));
    router.on_loosely(http::verb::options, path + "/refresh", preflight(origins, "POST", kClientHeaders));
  }
}

}  // namespace

void add_signalr_routes(Router& router, const TransportSettings& settings, const SignalRSettings& signalr) {
  for (const auto& [paths, profile] : signalr.hubs) {
    const HubProfile asked_for = profile->details_on_request ? with_details(*profile) : *profile;
    add_hub(router, settings, {signalr, dialect_of(*profile), dialect_of(asked_for)}, paths);
  }
}

}  // namespace chat
