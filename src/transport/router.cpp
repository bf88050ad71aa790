#include "chat/transport/router.hpp"

#include <algorithm>
#include <utility>

namespace chat {

namespace http = boost::beast::http;

HttpResponse make_response(const HttpRequest& request, http::status status, std::string_view content_type,
                           std::string body) {
  HttpResponse response(status, request.version());
  response.set(http::field::content_type, content_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.body() = std::move(body);
  return response;
}

HttpResponse make_error(const HttpRequest& request, http::status status, std::string_view message) {
  // The messages are ours: nothing in them needs an escape.
  return make_response(request, status, "application/json", R"({"error":")" + std::string(message) + "\"}\n");
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

void Router::get(std::string path, HttpHandler handler) { routes_.push_back({std::move(path), std::move(handler)}); }

void Router::handle(const HttpRequest& request, HttpReply reply) const {
  if (request.method() != http::verb::get && request.method() != http::verb::head) {
    auto response = make_error(request, http::status::method_not_allowed, "only GET and HEAD are served here");
    response.set(http::field::allow, "GET, HEAD");
    return reply(std::move(response));
  }
  const auto path = path_of({request.target().data(), request.target().size()});
  const auto route = std::find_if(routes_.begin(), routes_.end(), [path](const Route& r) { return r.path == path; });
  if (route != routes_.end()) return route->handler(request, std::move(reply));
  if (fallback_) return fallback_(request, std::move(reply));
  reply(make_error(request, http::status::not_found, "there is nothing here"));
}

}  // namespace chat
