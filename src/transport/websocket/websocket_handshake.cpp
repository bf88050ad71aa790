#include "transport/websocket/websocket_handshake.hpp"

#include <algorithm>
#include <boost/beast/http/rfc7230.hpp>

#include "chat/base/digest.hpp"
#include "chat/transport/http/origin.hpp"
#include "transport/http/request_head.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

bool has_token(const HttpRequest& request, http::field field, std::string_view token) {
  const auto range = request.equal_range(field);
  return std::any_of(range.first, range.second, [token](const auto& header) {
    return http::token_list(header.value()).exists(boost::beast::string_view(token.data(), token.size()));
  });
}

/// Names of subprotocols are compared to the letter (RFC 6455 §4.2.2), unlike other tokens.
bool offers_protocol(const HttpRequest& request, std::string_view name) {
  const auto range = request.equal_range(http::field::sec_websocket_protocol);
  return std::any_of(range.first, range.second, [name](const auto& header) {
    const http::token_list offered(header.value());
    return std::any_of(offered.begin(), offered.end(), [name](const auto& token) { return token == name; });
  });
}

/// 16 bytes in base64: 22 characters and "==".
bool is_key(std::string_view key) {
  const auto is_base64 = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
  };
  return key.size() == 24 && key.ends_with("==") && std::all_of(key.begin(), key.end() - 2, is_base64);
}

std::string accept_of(std::string_view key) {
  return to_base64(sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
}

}  // namespace

bool wants_websocket(const HttpRequest& request) { return has_token(request, http::field::upgrade, "websocket"); }

HttpResponse answer_handshake(const HttpRequest& request, const std::vector<std::string>& allowed_origins,
                              std::string_view subprotocol) {
  if (request.method() != http::verb::get || request.version() != 11) {
    auto response = make_error(request, http::status::method_not_allowed, "a WebSocket begins with GET in HTTP/1.1");
    response.set(http::field::allow, "GET");
    return response;
  }
  if (!has_token(request, http::field::connection, "upgrade")) {
    return make_error(request, http::status::bad_request, "Connection must contain Upgrade");
  }
  if (request.count(http::field::host) != 1) {
    return make_error(request, http::status::bad_request, "Host must be there once");
  }
  if (request.count(http::field::sec_websocket_version) != 1 || request[http::field::sec_websocket_version] != "13") {
    auto response = make_error(request, http::status::upgrade_required, "Sec-WebSocket-Version must be 13");
    response.set(http::field::sec_websocket_version, "13");
    return response;
  }
  const auto key = text(request[http::field::sec_websocket_key]);
  if (request.count(http::field::sec_websocket_key) != 1 || !is_key(key)) {
    return make_error(request, http::status::bad_request, "Sec-WebSocket-Key must be 16 bytes in base64, once");
  }
  if (!is_origin_allowed(request, allowed_origins)) {
    return make_error(request, http::status::forbidden, "pages of this origin may not connect");
  }
  HttpResponse response(http::status::switching_protocols, request.version());
  response.set(http::field::upgrade, "websocket");
  response.set(http::field::connection, "Upgrade");
  response.set(http::field::sec_websocket_accept, accept_of(key));
  if (offers_protocol(request, subprotocol)) {
    response.set(http::field::sec_websocket_protocol, subprotocol);
  } else if (request.count(http::field::sec_websocket_protocol) > 0) {
    return make_error(request, http::status::bad_request,
                      "the subprotocols spoken here are: " + std::string(subprotocol.empty() ? "none" : subprotocol));
  }
  return response;
}

}  // namespace chat
