#include "chat/api/operator_routes.hpp"

#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

#include "api/error_code.hpp"
#include "chat/base/log.hpp"
#include "chat/transport/http/bearer.hpp"
#include "chat/transport/http/on_this_machine.hpp"
#include "chat/transport/http/origin.hpp"
#include "chat/transport/listener.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view kOperatorMethods[] = {"find", "drain", "disconnect"};

/// Errors: unauthorized, rate_limited, forbidden.
Result<std::string> operator_in(const HttpCall& call) {
  Shard& shard = call.context->shard;
  auto identity = identity_in(call.request, shard, call.client, true);
  if (!identity) return identity.error();
  if (*identity && is_operator((*identity)->rooms)) {
    if (shard.settings().policy->exclusion({{}, *identity}))
      return Failure{ErrorCode::forbidden, "you are blocked here"};
    return (*identity)->subject;
  }
  const bool is_open = shard.settings().authenticator == nullptr;
  if (is_open && is_on_this_machine(call.request, call.client)) return std::string("this machine");
  return Failure{ErrorCode::forbidden, is_open ? "a cluster without tokens is operated from the machine of a node only"
                                               : "only a token with the right \"admin\" for \"*\" may do this"};
}

void reply_to_operator(const HttpCall& call, const Result<std::string>& result) {
  const auto status = result ? http::status::ok : api::api_error_code(result.error().code).status;
  call.reply(make_response(call.request, status, "application/json", api::answer_of(result)));
}

void serve_operator(HttpCall call, std::string_view method, boost::asio::io_context& loop, ServerApi& api) {
  const auto who = operator_in(call);
  if (!who && who.error().code == ErrorCode::forbidden) return reply_to_operator(call, who);
  if (!who) return call.reply(make_unauthorized(call.request, who.error()));
  log_info("operator_calls", {{"method", method}, {"operator", *who}});
  boost::asio::post(loop, [held = std::make_shared<HttpCall>(std::move(call)), method, &api] {
    const ApiKey key{"operator", {}, static_cast<std::uint8_t>(Scope::admin)};
    const std::string_view body = held->request.body();
    api.call(method, body.empty() ? "{}" : body, key,
             [held](const Result<std::string>& result) { reply_to_operator(*held, result); });
  });
}

}  // namespace

void add_operator_routes(Router& router, boost::asio::io_context& loop, ServerApi& api,
                         const std::vector<std::string>& allowed_origins) {
  for (const auto method : kOperatorMethods) {
    router.on(http::verb::post, "/api/" + std::string(method),
              for_origins(allowed_origins, [method, &loop, &api](HttpCall call) {
                serve_operator(std::move(call), method, loop, api);
              }));
  }
}

}  // namespace chat
