#include "chat/transport/hub_transports.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "chat/codec/http_framing.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/negotiation.hpp"
#include "transport/event_stream.hpp"
#include "transport/http_calls.hpp"
#include "transport/hub_polled_connection.hpp"
#include "transport/origin.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;
using Kind = ConnectionRequest::Kind;

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

void open_stream(const HttpCall& call, const ConnectionToken& token, const TransportSettings& settings) {
  const auto place = admit(call, settings);
  if (!place) return;
  const EventStream::Opening opening{event_stream_head(call, settings), std::string(kSseComment)};
  call.reply([&logical = call.entrance->logical, token, place, opening,
              details = wants_details(call.request)](Descriptor socket) {
    auto stream = std::make_unique<EventStream>(logical, std::string(id_of(token)), std::move(*place),
                                                Format::signalr_handshake_sse, std::move(socket), opening);
    stream->negotiated(token, details);
    logical.add(std::move(stream));
  });
}

void open_polls(const HttpCall& call, const ConnectionToken& token, const TransportSettings& settings) {
  const auto place = admit(call, settings);
  if (!place) return;
  auto& logical = call.entrance->logical;
  const auto opened = [call](bool is) {
    call.reply(is ? messages(call.request, http::status::ok) : make_unavailable(call.request));
  };
  auto polled = std::make_unique<HubPolledConnection>(logical, std::string(id_of(token)), std::move(*place),
                                                      Format::signalr_handshake_poll, opened);
  polled->negotiated(token, wants_details(call.request));
  logical.add(std::move(polled));
}

/// A token begins one connection, ever: where that is gone, its client has to learn so.
void begin(const HttpCall& call, const ConnectionToken& token, bool wants_stream, const TransportSettings& settings) {
  const auto on_claimed = [call, token, wants_stream, &settings](const Result<bool>& is_first) {
    if (!is_first) return call.reply(make_unavailable(call.request));
    if (!*is_first) return call.reply(make_refusal(call.request, http::status::not_found));
    wants_stream ? open_stream(call, token, settings) : open_polls(call, token, settings);
  };
  call.entrance->logical.claim(std::string(id_of(token)), 2 * kBeginTime, on_claimed);
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

void get(const HttpCall& call, const TransportSettings& settings) {
  const auto token = token_in(call, settings.secret);
  if (!token) return;
  const bool wants_stream = accepts_event_stream(call.request);
  // An event stream only asks whether there is a connection already.
  const ConnectionRequest request{wants_stream ? Kind::written : Kind::poll, 0, {}};
  ask(call, *token, request, PolledConnection::kHeld + kAnswerTime,
      [call, token = *token, wants_stream, &settings](ConnectionAnswer answer) {
        if (answer.status == http::status::not_found && may_begin(token, call.entrance->shard.clock().unix_ms())) {
          return begin(call, token, wants_stream, settings);
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

}  // namespace

void add_hub_transports(Router& router, const TransportSettings& settings) {
  const auto& origins = settings.allowed_origins;
  for (const auto& hub : settings.hub_paths) {
    const auto on = [&](http::verb method, HttpHandler handler) {
      router.on_loosely(method, hub, for_origins(origins, std::move(handler)));
    };
    on(http::verb::get, [&settings](const HttpCall& call) { get(call, settings); });
    on(http::verb::post, [&settings](const HttpCall& call) {
      pass_on(call, settings.secret, {Kind::send, 0, call.request.body()}, http::status::ok);
    });
    on(http::verb::delete_, [&settings](const HttpCall& call) {
      pass_on(call, settings.secret, {Kind::end, 0, {}}, http::status::accepted);
    });
    router.on_loosely(http::verb::options, hub, preflight(origins, "GET, POST, DELETE"));
  }
}

}  // namespace chat
