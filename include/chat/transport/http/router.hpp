#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/transport/http/http.hpp"
#include "chat/transport/websocket/websocket_protocol.hpp"

namespace chat {

/// Method and path → handler: the one place where URLs meet code. Built before the server starts, then only read.
class Router {
 public:
  /// Takes the head of the request; called on the context's thread.
  using LateBody = std::function<void(const HttpRequest& head, ShardContext& context)>;

  /// Answers `method` of exactly `path`.
  void on(boost::beast::http::verb method, std::string path, HttpHandler handler);
  /// Answers `method` of every path that is_loosely() this one.
  void on_loosely(boost::beast::http::verb method, std::string path, HttpHandler handler);
  /// Answers `method` of every path that begins with this and goes on.
  void on_below(boost::beast::http::verb method, std::string beginning, HttpHandler handler);
  /// Answers GET and HEAD of exactly `path`.
  void get(const std::string& path, const HttpHandler& handler);
  /// Is told of a POST at every path that is_loosely() this one, if its body is still on its way.
  void on_late_body(std::string path, LateBody told) { late_bodies_.push_back({std::move(path), std::move(told)}); }
  /// Upgrades WebSockets of exactly `path`.
  void websocket(std::string path, WebSocketProtocol protocol);
  /// Upgrades WebSockets of every path that is_loosely() this one.
  void websocket_loosely(std::string path, WebSocketProtocol protocol);
  /// Answers GET and HEAD of all other paths.
  void fallback(HttpHandler handler) { fallback_ = std::move(handler); }

  /// A path at which a handler or protocol hides another one; nullopt: there is none.
  std::optional<std::string> clash() const;

  void tell_of_late_body(const HttpRequest& head, ShardContext& context) const;
  /// Answers 404 or 405 if no handler fits.
  void handle(HttpCall call) const;
  /// The protocol of WebSockets at this path; nullptr: there is none.
  const WebSocketProtocol* websocket_at(std::string_view path) const;

 private:
  enum class Match : std::uint8_t { exactly, loosely, below };
  struct Route {
    boost::beast::http::verb method;
    std::string path;
    HttpHandler handler;
    Match match;
  };
  struct WebSocketRoute {
    std::string path;
    WebSocketProtocol protocol;
    bool loosely;
  };
  static bool fits(const Route& route, std::string_view path);
  static bool fits(const WebSocketRoute& route, std::string_view path);

  std::vector<Route> routes_;
  std::vector<std::pair<std::string, LateBody>> late_bodies_;
  std::vector<WebSocketRoute> websockets_;
  HttpHandler fallback_;
};

/// The path of a request target, without the query.
std::string_view path_of(std::string_view target);

/// The same but for case and a slash at the end, as routers of other servers compare.
bool is_loosely(std::string_view path, std::string_view route);

/// The value of `name` in the query of a request target, as it stands there; empty where it is missing.
std::string_view query_value(std::string_view target, std::string_view name);

}  // namespace chat
