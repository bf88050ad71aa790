#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/transport/http/http.hpp"
#include "chat/transport/websocket/websocket_protocol.hpp"

namespace chat {

/// Method and path → handler: the one place where URLs meet code. Built before the server starts, then only read.
class Router {
 public:
  /// Answers `method` of exactly `path`.
  void on(boost::beast::http::verb method, std::string path, HttpHandler handler);
  /// Answers `method` of every path that is_loosely() this one.
  void on_loosely(boost::beast::http::verb method, std::string path, HttpHandler handler);
  /// Answers GET and HEAD of exactly `path`.
  void get(const std::string& path, const HttpHandler& handler);
  /// Upgrades WebSockets of exactly `path`.
  void websocket(std::string path, WebSocketProtocol protocol);
  /// Upgrades WebSockets of every path that is_loosely() this one.
  void websocket_loosely(std::string path, WebSocketProtocol protocol);
  /// Answers GET and HEAD of everything else.
  void fallback(HttpHandler handler) { fallback_ = std::move(handler); }

  /// 404 or 405 where nothing fits.
  void handle(HttpCall call) const;
  /// The protocol of WebSockets at this path; nullptr: there is none.
  const WebSocketProtocol* websocket_at(std::string_view path) const;

 private:
  struct Route {
    boost::beast::http::verb method;
    std::string path;
    HttpHandler handler;
    bool loosely;
  };
  struct WebSocketRoute {
    std::string path;
    WebSocketProtocol protocol;
    bool loosely;
  };
  std::vector<Route> routes_;
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
