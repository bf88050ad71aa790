#include "chat/transport/http/bearer.hpp"

#include "chat/base/ascii.hpp"
#include "chat/transport/http/router.hpp"
#include "transport/http/charges.hpp"

namespace chat {

namespace http = boost::beast::http;

std::string_view bearer_token(const HttpRequest& request) {
  constexpr std::string_view kScheme = "bearer ";
  const auto field = request[http::field::authorization];
  const std::string_view value(field.data(), field.size());
  if (is_same_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return value.substr(kScheme.size());
  return query_value(target_of(request), "access_token");
}

namespace {

/// A signature costs a node more than its client: an address whose tokens are not accepted waits before the next one is
/// verified. A token that was accepted before is verified all the same, for other clients behind that address.
Result<std::shared_ptr<const Identity>> verify(std::string_view token, const Authenticator& authenticator, Shard& shard,
                                               std::uint64_t address) {
  constexpr auto kFaults = RateTable::Kind::token_faults;
  const RateLimit& limit = shard.settings().address_faults;
  const Instant now = shard.clock().now();
  const auto wait = shard.rates().wait(kFaults, address, limit, now);
  if (wait > Milliseconds{0} && !authenticator.has_accepted(token)) {
    return Failure{ErrorCode::rate_limited, "too many tokens of this address were not accepted", wait};
  }
  auto identity = authenticator.authenticate(token);
  if (!identity) shard.rates().charge(kFaults, address, limit, now, 1);
  return identity;
}

}  // namespace

Result<std::shared_ptr<const Identity>> identity_in(const HttpRequest& request, Shard& shard,
                                                    const boost::asio::ip::address& client, bool may_follow) {
  const SessionSettings& settings = shard.settings();
  if (settings.authenticator == nullptr) return std::shared_ptr<const Identity>();
  const auto token = bearer_token(request);
  if (!token.empty()) return verify(token, *settings.authenticator, shard, address_key(client));
  if (!settings.requires_token || may_follow) return std::shared_ptr<const Identity>();
  return Failure{ErrorCode::unauthorized, "a token is required: Authorization: Bearer, or access_token in the query"};
}

HttpResponse make_unauthorized(const HttpRequest& request, const Failure& failure) {
  if (failure.code == ErrorCode::rate_limited) return too_many_requests(request, failure.message, failure.retry_after);
  auto response = make_error(request, http::status::unauthorized, failure.message);
  response.set(http::field::www_authenticate,
               bearer_token(request).empty() ? "Bearer" : R"(Bearer error="invalid_token")");
  return response;
}

}  // namespace chat
