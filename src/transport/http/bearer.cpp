#include "chat/transport/http/bearer.hpp"

#include "chat/base/ascii.hpp"
#include "chat/transport/http/router.hpp"

namespace chat {

namespace http = boost::beast::http;

std::string_view bearer_token(const HttpRequest& request) {
  constexpr std::string_view kScheme = "bearer ";
  const auto field = request[http::field::authorization];
  const std::string_view value(field.data(), field.size());
  if (is_same_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return value.substr(kScheme.size());
  return query_value(target_of(request), "access_token");
}

Result<std::shared_ptr<const Identity>> identity_in(const HttpRequest& request, const SessionSettings& settings,
                                                    bool may_follow) {
  if (settings.authenticator == nullptr) return std::shared_ptr<const Identity>();
  const auto token = bearer_token(request);
  if (!token.empty()) return settings.authenticator->authenticate(token);
  if (!settings.requires_token || may_follow) return std::shared_ptr<const Identity>();
  return Failure{ErrorCode::unauthorized, "a token is required: Authorization: Bearer, or access_token in the query"};
}

HttpResponse make_unauthorized(const HttpRequest& request, const Failure& failure) {
  auto response = make_error(request, http::status::unauthorized, failure.message);
  response.set(http::field::www_authenticate,
               bearer_token(request).empty() ? "Bearer" : R"(Bearer error="invalid_token")");
  return response;
}

}  // namespace chat
