#include "chat/api/routes.hpp"

#include <boost/asio/post.hpp>
#include <memory>
#include <string>
#include <utility>

#include "api/error_code.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

constexpr std::string_view kBelow = "/api/";

std::string_view header(const HttpRequest& request, std::string_view name) {
  const auto value = request[{name.data(), name.size()}];
  return {value.data(), value.size()};
}

/// The SDKs of Centrifugo name the header after it.
bool wants_status(const HttpRequest& request) {
  return header(request, "X-Error-Mode") == "transport" || header(request, "X-Centrifugo-Error-Mode") == "transport";
}

void reply(const HttpCall& call, const Result<std::string>& result) {
  auto status = http::status::ok;
  if (!result && (wants_status(call.request) || result.error().code == ErrorCode::unauthorized)) {
    status = api::api_error_code(result.error().code).status;
  }
  auto response = make_response(call.request, status, "application/json", api::answer_of(result));
  if (!result && result.error().retry_after > Milliseconds{0}) {
    response.set(http::field::retry_after,
                 std::to_string(std::chrono::ceil<Seconds>(result.error().retry_after).count()));
  }
  call.reply(std::move(response));
}

void serve(const std::shared_ptr<HttpCall>& call, ServerApi& api, const ApiKeys& keys) {
  const ApiKey* const key = keys.find(header(call->request, "X-API-Key"));
  if (key == nullptr) {
    return reply(*call, Failure{ErrorCode::unauthorized, "X-API-Key must be the secret of a key of this cluster"});
  }
  const std::string method(path_of(target_of(call->request)).substr(kBelow.size()));
  const std::string_view body = call->request.body();
  api.call(
      method, body.empty() ? "{}" : body, *key, [call](const Result<std::string>& result) { reply(*call, result); },
      header(call->request, "traceparent"));
}

}  // namespace

void add_api_routes(Router& router, boost::asio::io_context& loop, ServerApi& api, const Snapshot<ApiKeys>& keys) {
  router.on_below(http::verb::post, std::string(kBelow), [&loop, &api, &keys](HttpCall call) {
    boost::asio::post(
        loop, [held = std::make_shared<HttpCall>(std::move(call)), &api, &keys] { serve(held, api, *keys.get()); });
  });
}

}  // namespace chat
