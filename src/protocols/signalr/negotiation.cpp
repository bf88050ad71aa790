#include "protocols/signalr/negotiation.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "chat/base/json_text.hpp"
#include "chat/core/person_id.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/ask_door.hpp"
#include "chat/transport/http/bearer.hpp"
#include "chat/transport/http/origin.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

/// The versions are 0 and 1; a client of a later one takes either.
bool knows_tokens(const HttpRequest& request) {
  const auto version = query_value(target_of(request), "negotiateVersion");
  return !version.empty() && version != "0";
}

/// The public id of the user of the connection.
std::string connection_id(const Negotiated& connection, const Identity* identity) {
  return identity != nullptr ? identity->user_id : to_text(person_of(connection.token));
}

HttpResponse answer(const HttpRequest& request, const Negotiated& connection, const Identity* identity, UnixMs now) {
  const bool is_one = knows_tokens(request);
  std::string body = is_one ? R"({"negotiateVersion":1,"connectionId":)" : R"({"negotiateVersion":0,"connectionId":)";
  append_json_string(body, is_one ? connection_id(connection, identity) : connection.token);
  if (is_one) {
    body += R"(,"connectionToken":)";
    append_json_string(body, connection.token);
  }
  if (connection.resumable) body += R"(,"useStatefulReconnect":true)";
  if (identity != nullptr && identity->expires_at > 0) {
    body += R"(,"tokenLifetimeSeconds":)";
    append_number(body, static_cast<std::uint64_t>(std::max<UnixMs>(identity->expires_at - now, 0) / 1000));
  }
  body += R"(,"availableTransports":[{"transport":"WebSockets","transferFormats":["Text","Binary"]},)"
          R"({"transport":"ServerSentEvents","transferFormats":["Text"]},)"
          R"({"transport":"LongPolling","transferFormats":["Text","Binary"]}]})";
  return make_response(request, http::status::ok, "application/json", std::move(body));
}

void negotiate(const HttpCall& call, const TransportSettings& settings) {
  const ClusterSecret& secret = settings.secret;
  if (secret.view().empty() || !call.context->admission.is_open()) {
    return call.reply(make_unavailable(call.request));
  }
  auto identity = identity_in(call.request, call.context->shard, call.client, false);
  if (!identity) return call.reply(make_unauthorized(call.request, identity.error()));
  const bool resumable =
      knows_tokens(call.request) && query_value(target_of(call.request), "useStatefulReconnect") == "true";
  const UnixMs now = call.context->shard.clock().unix_ms();
  const auto token = mint_token(secret.view(), now, resumable);
  const auto held = std::make_shared<const HttpCall>(call);
  ask_door(settings.door, held->request, kSignalRName, call.client, *std::move(identity), call.context->shard,
           [held, token, resumable, now](Welcomed welcomed) {
             if (auto* refused = std::get_if<HttpResponse>(&welcomed)) return held->reply(std::move(*refused));
             const auto& user = std::get<LetIn>(welcomed).identity;
             held->reply(answer(held->request, {token, resumable}, user.get(), now));
           });
}

}  // namespace

bool wants_details(const HttpRequest& request) { return query_value(target_of(request), "details") == "true"; }

void add_negotiation(Router& router, const TransportSettings& settings, const std::vector<std::string>& paths) {
  for (const auto& hub : paths) {
    const std::string path = hub + "/negotiate";
    router.on_loosely(http::verb::post, path, for_origins(settings.allowed_origins, [&settings](const HttpCall& call) {
                        negotiate(call, settings);
                      }));
    router.on_loosely(http::verb::options, path,
                      preflight(settings.allowed_origins, "POST", "Authorization, X-SignalR-User-Agent"));
  }
}

}  // namespace chat
