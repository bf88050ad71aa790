#include "chat/transport/negotiation.hpp"

#include <cstdlib>
#include <string>
#include <utility>

#include "chat/base/json_text.hpp"
#include "chat/hub/identity.hpp"
#include "chat/transport/connection_token.hpp"
#include "transport/origin.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

/// Tokens of resumable connections are told from others by what they are signed with.
std::string resumable_secret(std::string_view secret) { return std::string(secret) + ".resumable"; }

HttpResponse answer(const HttpRequest& request, const Negotiated& connection) {
  std::string body = R"({"negotiateVersion":1,"connectionId":)";
  append_json_string(body, to_text(person_of(connection.token)));
  body += R"(,"connectionToken":)";
  append_json_string(body, connection.token);
  if (connection.resumable) body += R"(,"useStatefulReconnect":true)";
  body += R"(,"availableTransports":[{"transport":"WebSockets","transferFormats":["Text","Binary"]},)"
          R"({"transport":"ServerSentEvents","transferFormats":["Text"]},)"
          R"({"transport":"LongPolling","transferFormats":["Text","Binary"]}]})";
  return make_response(request, http::status::ok, "application/json", std::move(body));
}

void negotiate(const HttpCall& call, const ClusterSecret& secret) {
  if (secret.view().empty() || !call.entrance->admission.is_open()) {
    return call.reply(make_unavailable(call.request));
  }
  const bool resumable = query_value(target_of(call.request), "useStatefulReconnect") == "true";
  const auto signed_with = resumable ? resumable_secret(secret.view()) : std::string(secret.view());
  call.reply(answer(call.request, {mint_token(signed_with, call.entrance->shard.clock().unix_ms()), resumable}));
}

}  // namespace

bool was_negotiated(std::string_view secret, Negotiated& connection) {
  if (secret.empty()) return false;
  connection.resumable = is_genuine(resumable_secret(secret), connection.token);
  return connection.resumable || is_genuine(secret, connection.token);
}

bool was_negotiated(const ClusterSecret& secret, Negotiated& connection) {
  return secret.any([&connection](std::string_view one) { return was_negotiated(one, connection); });
}

bool may_begin(std::string_view token, UnixMs now) {
  return Milliseconds(std::abs(now - minted_at(token))) <= kBeginTime;
}

void add_negotiation(Router& router, const TransportSettings& settings) {
  for (const auto hub : kHubPaths) {
    const std::string path = std::string(hub) + "/negotiate";
    router.on(http::verb::post, path, for_origins(settings.allowed_origins, [&settings](const HttpCall& call) {
                negotiate(call, settings.secret);
              }));
    router.on(http::verb::options, path, preflight(settings.allowed_origins, "POST"));
  }
}

}  // namespace chat
