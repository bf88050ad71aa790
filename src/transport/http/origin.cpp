#include "chat/transport/http/origin.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "transport/http/request_head.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

constexpr const char* kRequestHeaders = "Authorization, Content-Type, X-Requested-With";
constexpr const char* kPreflightKept = "600";  // seconds

bool is_below(std::string_view origin, std::string_view pattern) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return false;
  const auto before = pattern.substr(0, star), behind = pattern.substr(star + 1);
  if (origin.size() <= before.size() + behind.size()) return false;
  if (!origin.starts_with(before) || !origin.ends_with(behind)) return false;
  const auto name = origin.substr(before.size(), origin.size() - before.size() - behind.size());
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string_view::npos;
}

bool is_listed(std::string_view origin, const std::vector<std::string>& allowed) {
  return std::any_of(allowed.begin(), allowed.end(),
                     [origin](const std::string& one) { return one == origin || is_below(origin, one); });
}

}  // namespace

bool is_origin_allowed(const HttpRequest& request, const std::vector<std::string>& allowed) {
  if (request.count(http::field::origin) == 0) return true;
  if (request.count(http::field::origin) > 1) return false;
  const auto origin = text(request[http::field::origin]);
  if (is_listed(origin, allowed)) return true;
  const auto scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return false;
  const auto scheme = origin.substr(0, scheme_end);
  return (scheme == "http" || scheme == "https") && origin.substr(scheme_end + 3) == text(request[http::field::host]);
}

std::string origin_of(const HttpRequest& request) { return std::string(text(request[http::field::origin])); }

void share_with_origin(HttpResponse& response, std::string_view origin, const std::vector<std::string>& allowed) {
  response.set(http::field::vary, "Origin");
  if (!is_listed(origin, allowed)) return;
  response.set(http::field::access_control_allow_origin, origin);
  response.set(http::field::access_control_allow_credentials, "true");
}

HttpHandler for_origins(const std::vector<std::string>& allowed, HttpHandler handler) {
  return [&allowed, handler = std::move(handler)](HttpCall call) {
    if (!is_origin_allowed(call.request, allowed)) {
      return call.reply(make_error(call.request, http::status::forbidden, "pages of this origin may not connect"));
    }
    call.reply = [&allowed, origin = origin_of(call.request), reply = std::move(call.reply)](HttpAnswer answer) {
      if (auto* response = response_in(answer)) share_with_origin(*response, origin, allowed);
      reply(std::move(answer));
    };
    handler(std::move(call));
  };
}

HttpHandler preflight(const std::vector<std::string>& allowed, std::string methods, std::string headers) {
  headers = kRequestHeaders + (headers.empty() ? headers : ", " + headers);
  return for_origins(allowed, [methods = std::move(methods), headers = std::move(headers)](const HttpCall& call) {
    auto response = make_response(call.request, http::status::no_content, "text/plain", {});
    response.set(http::field::access_control_allow_methods, methods);
    const auto asked = call.request[http::field::access_control_request_headers];
    response.set(http::field::access_control_allow_headers, asked.empty() ? boost::beast::string_view(headers) : asked);
    response.set(http::field::access_control_max_age, kPreflightKept);
    call.reply(std::move(response));
  });
}

}  // namespace chat
