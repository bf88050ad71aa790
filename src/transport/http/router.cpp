#include "chat/transport/http/router.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "chat/base/ascii.hpp"

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

HttpResponse make_unavailable(const HttpRequest& request) {
  auto response = make_error(request, http::status::service_unavailable, "not at the moment, try again");
  response.set(http::field::retry_after, "1");
  return response;
}

std::string_view request_id_of(const HttpRequest& request) {
  constexpr std::size_t kMost = 64;
  constexpr std::string_view kAllowed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  const auto field = request["X-Request-Id"];
  const std::string_view id(field.data(), field.size());
  return id.size() <= kMost && id.find_first_not_of(kAllowed) == std::string_view::npos ? id : std::string_view{};
}

HttpResponse make_gateway_timeout(const HttpRequest& request) {
  auto response = make_error(request, http::status::gateway_timeout,
                             "the store, or the node with this connection, does not answer; try again");
  response.set(http::field::retry_after, "1");
  return response;
}

std::string head_of(const HttpResponse& response) {
  std::string head = "HTTP/1.1 " + std::to_string(response.result_int()) + ' ';
  const auto append = [&head](boost::beast::string_view text) { head.append(text.data(), text.size()); };
  append(response.reason());
  head += "\r\n";
  for (const auto& field : response) {
    append(field.name_string());
    head += ": ";
    append(field.value());
    head += "\r\n";
  }
  return head += "\r\n";
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

bool is_loosely(std::string_view path, std::string_view route) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return is_same_ignoring_case(path, route);
}

std::string_view query_value(std::string_view target, std::string_view name) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {};
  for (auto rest = target.substr(mark + 1); !rest.empty();) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

void Router::on(http::verb method, std::string path, HttpHandler handler) {
  routes_.push_back({method, std::move(path), std::move(handler), Match::exactly});
}

void Router::on_loosely(http::verb method, std::string path, HttpHandler handler) {
  routes_.push_back({method, std::move(path), std::move(handler), Match::loosely});
}

void Router::on_below(http::verb method, std::string beginning, HttpHandler handler) {
  routes_.push_back({method, std::move(beginning), std::move(handler), Match::below});
}

void Router::websocket(std::string path, WebSocketProtocol protocol) {
  websockets_.push_back({std::move(path), std::move(protocol), false});
}

void Router::websocket_loosely(std::string path, WebSocketProtocol protocol) {
  websockets_.push_back({std::move(path), std::move(protocol), true});
}

const WebSocketProtocol* Router::websocket_at(std::string_view path) const {
  const auto route =
      std::find_if(websockets_.begin(), websockets_.end(), [path](const WebSocketRoute& r) { return fits(r, path); });
  return route == websockets_.end() ? nullptr : &route->protocol;
}

void Router::get(const std::string& path, const HttpHandler& handler) {
  on(http::verb::get, path, handler);
  on(http::verb::head, path, handler);
}

bool Router::fits(const Route& route, std::string_view path) {
  if (route.match == Match::below) return path.size() > route.path.size() && path.starts_with(route.path);
  return route.match == Match::loosely ? is_loosely(path, route.path) : route.path == path;
}

bool Router::fits(const WebSocketRoute& route, std::string_view path) {
  return route.loosely ? is_loosely(path, route.path) : route.path == path;
}

std::optional<std::string> Router::clash() const {
  const auto clash = [](const auto& one, const auto& other) { return fits(one, other.path) || fits(other, one.path); };
  for (auto one = routes_.begin(); one != routes_.end(); ++one) {
    const auto other = std::find_if(std::next(one), routes_.end(), [&](const Route& route) {
      return route.method == one->method && clash(*one, route);
    });
    if (other != routes_.end()) return one->path;
  }
  for (auto one = websockets_.begin(); one != websockets_.end(); ++one) {
    const auto other = std::find_if(std::next(one), websockets_.end(),
                                    [&](const WebSocketRoute& route) { return clash(*one, route); });
    if (other != websockets_.end()) return one->path;
  }
  return std::nullopt;
}

void Router::tell_of_late_body(const HttpRequest& head, ShardContext& context) const {
  const auto path = path_of(target_of(head));
  for (const auto& [route, told] : late_bodies_) {
    if (head.method() == http::verb::post && is_loosely(path, route)) told(head, context);
  }
}

void Router::handle(HttpCall call) const {
  const auto method = call.request.method();
  const auto path = path_of(target_of(call.request));
  std::string allowed;
  for (const auto& route : routes_) {
    if (!fits(route, path)) continue;
    if (route.method == method) return route.handler(std::move(call));
    if (!allowed.empty()) allowed += ", ";
    allowed += http::to_string(route.method);
  }
  if (allowed.empty() && (method == http::verb::get || method == http::verb::head)) {
    if (fallback_) return fallback_(std::move(call));
    return call.reply(make_error(call.request, http::status::not_found, "there is nothing here"));
  }
  auto response = make_error(call.request, http::status::method_not_allowed, "this method is not served here");
  response.set(http::field::allow, allowed.empty() ? "GET, HEAD" : allowed);
  call.reply(std::move(response));
}

}  // namespace chat
