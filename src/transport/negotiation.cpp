#include "chat/transport/negotiation.hpp"

#include <algorithm>
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
  if (secret.view().empty() || !call.entrance->admission.is_open()) {
    return call.reply(make_unavailable(call.request));
  }
  const bool resumable =
      knows_tokens(call.request) && query_value(target_of(call.request), "useStatefulReconnect") == "true";
  const auto signed_with = resumable ? resumable_secret(secret.view()) : std::string(secret.view());
  call.reply(answer(call.request, {mint_token(signed_with, call.entrance->shard.clock().unix_ms()), resumable}));
}

}  // namespace

bool is_hub(std::string_view path, const TransportSettings& settings) {
  return std::any_of(settings.hub_paths.begin(), settings.hub_paths.end(),
                     [path](const std::string& hub) { return is_loosely(path, hub); });
}

bool wants_details(const HttpRequest& request) { return query_value(target_of(request), "details") == "true"; }

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
  for (const auto& hub : settings.hub_paths) {
    const std::string path = hub + "/negotiate";
    router.on_loosely(http::verb::post, path, for_origins(settings.allowed_origins, [&settings](const HttpCall& call) {
                        negotiate(call, settings.secret);
                      }));
    router.on_loosely(http::verb::options, path, preflight(settings.allowed_origins, "POST"));
  }
}

}  // namespace chat
