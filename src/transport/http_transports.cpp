#include "chat/transport/http_transports.hpp"

#include <charconv>
#include <memory>
#include <utility>

#include "chat/base/utf8.hpp"
#include "chat/codec/http_framing.hpp"
#include "chat/transport/connection_token.hpp"
#include "transport/connection_request.hpp"
#include "transport/event_stream.hpp"
#include "transport/origin.hpp"
#include "transport/polled_connection.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

constexpr Seconds kAnswerTime{5};  // for a node that holds a connection
constexpr std::string_view kJson = "application/json";

// ---- new connections ---------------------------------------------------------------------------------------------

/// A new connection before it is one: its name, and a place among the node's connections. Shared, because what answers
/// a call must be copyable.
struct Beginning {
  ConnectionToken token;
  Admission::Place place;
  std::string id() const { return std::string(id_of(token)); }
};

/// Judges whether the node can take one more; answers the call if not.
std::shared_ptr<Beginning> begin(const HttpCall& call, const ClusterSecret& secret) {
  auto place = call.entrance->admission.admit(call.client);
  if (!place) {
    auto response = make_error(call.request, http::status::too_many_requests, "too many connections");
    response.set(http::field::retry_after, "5");
    call.reply(std::move(response));
    return nullptr;
  }
  if (call.entrance->shard.is_draining() || secret.view().empty()) {
    call.reply(make_unavailable(call.request));
    return nullptr;
  }
  return std::make_shared<Beginning>(Beginning{mint_token(secret.view()), std::move(place)});
}

void open_stream(const HttpCall& call, const TransportSettings& settings) {
  const auto beginning = begin(call, settings.secret);
  if (!beginning) return;
  EventStream::Opening opening{make_response(call.request, http::status::ok, "text/event-stream", {}), {}};
  opening.head.set("X-Accel-Buffering", "no");
  share_with_origin(opening.head, origin_of(call.request), settings.allowed_origins);
  append_sse_event(opening.event, connection_event(beginning->token), "connection");
  call.reply([&logical = call.entrance->logical, beginning, opening](Descriptor socket) {
    logical.add(std::make_unique<EventStream>(logical, beginning->id(), std::move(beginning->place), std::move(socket),
                                              opening));
  });
}

void open_poll(const HttpCall& call, const TransportSettings& settings) {
  const auto beginning = begin(call, settings.secret);
  if (!beginning) return;
  auto& logical = call.entrance->logical;
  const auto opened = [call, token = beginning->token](bool is) {
    call.reply(is ? make_response(call.request, http::status::ok, kJson, connection_event(token) + '\n')
                  : make_unavailable(call.request));
  };
  logical.add(std::make_unique<PolledConnection>(logical, beginning->id(), std::move(beginning->place), opened));
}

// ---- requests of a connection ------------------------------------------------------------------------------------

HttpResponse response_to(const HttpRequest& request, ConnectionAnswer answer) {
  switch (answer.status) {
    case http::status::not_found:
      return make_error(request, answer.status, "there is no such connection, begin a new one");
    case http::status::bad_request:
      return make_error(request, answer.status, "this connection has an event stream");
    case http::status::service_unavailable:
      return make_unavailable(request);
    default:
      return make_response(request, answer.status, kJson, std::move(answer.body));
  }
}

/// Asks the connection that the request names, on whichever node it is.
void pass_on(const HttpCall& call, const ClusterSecret& secret, const ConnectionRequest& request, Milliseconds most) {
  if (secret.view().empty()) return call.reply(make_unavailable(call.request));
  const auto token = query_value(target_of(call.request), "id");
  if (!is_genuine(secret.view(), token)) return call.reply(response_to(call.request, {http::status::not_found, {}}));
  call.entrance->logical.ask(std::string(id_of(token)), request, most, [call](ConnectionAnswer answer) {
    call.reply(response_to(call.request, std::move(answer)));
  });
}

void send(const HttpCall& call, const ClusterSecret& secret) {
  const std::string& body = call.request.body();
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
  pass_on(call, secret, {ConnectionRequest::Kind::poll, ack, {}}, PolledConnection::kHeld + kAnswerTime);
}

void end(const HttpCall& call, const ClusterSecret& secret) {
  pass_on(call, secret, {ConnectionRequest::Kind::end, 0, {}}, kAnswerTime);
}

}  // namespace

void add_http_transports(Router& router, const TransportSettings& settings) {
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
  router.on(http::verb::options, "/sse", preflight(origins, "GET, POST"));
  router.on(http::verb::options, "/poll", preflight(origins, "GET, POST, DELETE"));
}

}  // namespace chat
