#include "chat/transport/polling/refreshing.hpp"

#include <string>

#include "chat/sessions/session.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

http::status status_of(ErrorCode code) {
  if (code == ErrorCode::forbidden) return http::status::forbidden;
  return code == ErrorCode::rate_limited ? http::status::too_many_requests : http::status::unauthorized;
}

}  // namespace

ConnectionAnswer refreshed(Session& session, std::string_view token) {
  if (session.is_closing()) return {http::status::not_found, {}};
  const auto expires = session.token().refresh(session, token);
  if (!expires) return {status_of(expires.error().code), expires.error().message};
  return {http::status::ok, std::to_string(*expires)};
}

}  // namespace chat
