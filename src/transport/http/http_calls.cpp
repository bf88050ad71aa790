#include "chat/transport/http/http_calls.hpp"

#include <utility>

#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/ask_door.hpp"
#include "chat/transport/http/bearer.hpp"
#include "chat/transport/http/origin.hpp"
#include "transport/http/charges.hpp"

namespace chat {

namespace http = boost::beast::http;

void admit(const HttpCall& call, const TransportSettings& settings, std::string_view protocol, bool token_may_follow,
           std::function<void(std::shared_ptr<Admitted>)> then) {
  if (call.context->shard.is_draining() || !call.context->admission.is_open()) {
    return call.reply(make_unavailable(call.request));
  }
  Admission::Permit place;
  if (!is_over_connects(call.context->shard, call.client, settings)) {
    if (call.permit != nullptr) place = std::move(*call.permit);
    if (!place) place = call.context->admission.admit(call.client);
  }
  if (!place) return call.reply(too_many_connections(call.request));
  auto identity = identity_in(call.request, call.context->shard, call.client, token_may_follow);
  if (!identity) return call.reply(make_unauthorized(call.request, identity.error()));
  const auto client = std::make_shared<Admitted>(
      Admitted{std::move(place), LetIn{}, std::string(request_id_of(call.request)), std::string(protocol)});
  const auto held = std::make_shared<const HttpCall>(call);
  ask_door(settings.door, held->request, protocol, call.client, *std::move(identity), call.context->shard,
           [held, client, then = std::move(then)](Welcomed welcomed) {
             if (auto* refused = std::get_if<HttpResponse>(&welcomed)) return held->reply(std::move(*refused));
             client->let_in = std::get<LetIn>(std::move(welcomed));
             then(client);
           });
}

void keep_out_of_buffers(HttpResponse& response) {
  response.set(http::field::cache_control, "no-cache, no-store");
  response.set("X-Accel-Buffering", "no");
}

HttpResponse event_stream_head(const HttpCall& call, const TransportSettings& settings) {
  auto head = make_response(call.request, http::status::ok, "text/event-stream", {});
  keep_out_of_buffers(head);
  share_with_origin(head, origin_of(call.request), settings.allowed_origins);
  return head;
}

HttpResponse make_refusal(const HttpRequest& request, http::status status) {
  switch (status) {
    case http::status::not_found:
      return make_error(request, status, "there is no such connection, begin a new one");
    case http::status::bad_request:
      return make_error(request, status, "this connection has an event stream");
    case http::status::gateway_timeout:
      return make_gateway_timeout(request);
    default:
      return make_unavailable(request);
  }
}

void ask(const HttpCall& call, std::string_view token, const ConnectionRequest& request, Milliseconds most,
         std::function<void(ConnectionAnswer)> done) {
  call.context->relay.ask(std::string(id_of(token)), request, most, std::move(done));
}

}  // namespace chat
