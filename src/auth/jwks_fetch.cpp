#include "chat/auth/jwks_fetch.hpp"

#include <memory>
#include <utility>

#include "auth/cache_control.hpp"
#include "auth/jwks_url.hpp"
#include "chat/auth/key_set.hpp"
#include "chat/http/http_client.hpp"

namespace chat {
namespace {

constexpr Seconds kTimeout{5};
constexpr unsigned kOk = 200;

JwksAnswer answer_of(HttpOutcome outcome) {
  if (auto* const fault = std::get_if<HttpFault>(&outcome)) return {{}, {}, std::move(fault->why)};
  auto& reply = std::get<RequestReply>(outcome);
  if (reply.status != kOk) return {{}, {}, "the answer has the status " + std::to_string(reply.status) + ", not 200"};
  return {std::move(reply.body), max_age_of(reply.cache_control), {}};
}

}  // namespace

std::optional<std::string> check_jwks_url(const std::string& url) {
  const auto parsed = parse_jwks_url(url);
  return parsed ? std::nullopt : std::optional(parsed.error().message);
}

void fetch_jwks(boost::asio::io_context& loop, const JwksSource& source, std::function<void(JwksAnswer)> done) {
  auto url = parse_jwks_url(source.url);
  if (!url) return done({{}, {}, "the URL " + url.error().message});
  OutgoingRequest request{*std::move(url), {{"Accept", "application/jwk-set+json, application/json"}}, {}, kTimeout};
  request.method = OutgoingRequest::Method::get;
  request.max_answer_bytes = kMaxKeySourceBytes;
  const auto client = std::make_shared<HttpClient>(loop, source.ca_file);  // lives until the answer has come
  client->send(std::move(request),
               [client, done = std::move(done)](HttpOutcome outcome) { done(answer_of(std::move(outcome))); });
}

}  // namespace chat
