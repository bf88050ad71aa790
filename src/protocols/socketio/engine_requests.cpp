#include "protocols/socketio/engine_requests.hpp"

#include <string>

#include "chat/base/json_text.hpp"
#include "chat/transport/http/router.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

std::string_view sentence_of(EngineError error) {
  switch (error) {
    case EngineError::unknown_transport:
      return "Transport unknown";
    case EngineError::unknown_sid:
      return "Session ID unknown";
    case EngineError::bad_method:
      return "Bad handshake method";
    case EngineError::bad_request:
      return "Bad request";
    case EngineError::forbidden:
      return "Forbidden";
    case EngineError::unsupported_version:
      return "Unsupported protocol version: EIO=4 is spoken here, by clients of Socket.IO 3 and newer";
  }
  return {};
}

}  // namespace

HttpResponse make_engine_error(const HttpRequest& request, EngineError error) {
  std::string body = R"({"code":)";
  append_number(body, static_cast<unsigned>(error));
  body += R"(,"message":)";
  append_json_string(body, sentence_of(error));
  const auto status = error == EngineError::forbidden ? http::status::forbidden : http::status::bad_request;
  return make_response(request, status, "application/json", body + '}');
}

ConnectionToken sid_in(const HttpRequest& request) { return ConnectionToken(query_value(target_of(request), "sid")); }

std::optional<HttpResponse> fault_in(const HttpRequest& request, const ClusterSecret& secret, bool upgrades) {
  const auto target = target_of(request);
  const auto transport = query_value(target, "transport");
  if (transport != "polling" && transport != "websocket") {
    return make_engine_error(request, EngineError::unknown_transport);
  }
  const auto sid = query_value(target, "sid");
  if (sid.empty() && query_value(target, "EIO") != "4") {
    return make_engine_error(request, EngineError::unsupported_version);
  }
  if (secret.view().empty()) return make_unavailable(request);
  if (!sid.empty() && !secret.any([&](std::string_view one) { return is_genuine(one, sid); })) {
    return make_engine_error(request, EngineError::unknown_sid);
  }
  const bool is_post = request.method() == http::verb::post;
  if (request.method() != http::verb::get && (sid.empty() || !is_post)) {
    return make_engine_error(request, EngineError::bad_method);
  }
  if ((transport == "websocket") != upgrades) return make_engine_error(request, EngineError::bad_request);
  return std::nullopt;
}

}  // namespace chat
