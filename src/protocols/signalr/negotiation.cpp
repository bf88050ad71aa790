#include "protocols/signalr/negotiation.hpp"

#include <string>
#include <utility>

#include "chat/base/json_text.hpp"
#include "chat/core/person_id.hpp"
#include "chat/transport/connection_token.hpp"
#include "chat/transport/http/origin.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

/// The versions are 0 and 1; a client of a later one takes either.
bool knows_tokens(const HttpRequest& request) {
  const auto version = query_value(target_of(request), "negotiateVersion");
  return !version.empty() && version != "0";
}

HttpResponse answer(const HttpRequest& request, const Negotiated& connection) {
  const bool is_one = knows_tokens(request);
  std::string body = is_one ? R"({"negotiateVersion":1,"connectionId":)" : R"({"negotiateVersion":0,"connectionId":)";
  append_json_string(body, is_one ? to_text(person_of(connection.token)) : connection.token);
  if (is_one) {
    body += R"(,"connectionToken":)";
    append_json_string(body, connection.token);
  }
  if (connection.resumable) body += R"(,"useStatefulReconnect":true)";
  body += R"(,"availableTransports":[{"transport":"WebSockets","transferFormats":["Text","Binary"]},)"
          R"({"transport":"ServerSentEvents","transferFormats":["Text"]},)"
          R"({"transport":"LongPolling","transferFormats":["Text","Binary"]}]})";
  return make_response(request, http::status::ok, "application/json", std::move(body));
}

void negotiate(const HttpCall& call, const ClusterSecret& secret) {
  if (secret.view().empty() || !call.context->admission.is_open()) {
    return call.reply(make_unavailable(call.request));
  }
  const bool resumable =
      knows_tokens(call.request) && query_value(target_of(call.request), "useStatefulReconnect") == "true";
  const auto token = mint_token(secret.view(), call.context->shard.clock().unix_ms(), resumable);
  call.reply(answer(call.request, {token, resumable}));
}

}  // namespace

bool wants_details(const HttpRequest& request) { return query_value(target_of(request), "details") == "true"; }

void add_negotiation(Router& router, const TransportSettings& settings, const std::vector<std::string>& paths) {
  for (const auto& hub : paths) {
    const std::string path = hub + "/negotiate";
    router.on_loosely(http::verb::post, path, for_origins(settings.allowed_origins, [&settings](const HttpCall& call) {
                        negotiate(call, settings.secret);
                      }));
    router.on_loosely(http::verb::options, path, preflight(settings.allowed_origins, "POST", "X-SignalR-User-Agent"));
  }
}

}  // namespace chat
