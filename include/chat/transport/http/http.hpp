#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "chat/transport/admission.hpp"
#include "chat/transport/io/descriptor.hpp"

namespace chat {

struct ShardContext;

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;
using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;

inline std::string_view target_of(const HttpRequest& request) {
  return {request.target().data(), request.target().size()};
}

/// The id that a proxy gave the request, for the log: X-Request-Id. Empty: there is none, or it has other characters
/// than [A-Za-z0-9_-], or more than 64.
std::string_view request_id_of(const HttpRequest& request);

/// A response with the headers that all responses of a node have.
HttpResponse make_response(const HttpRequest& request, boost::beast::http::status status, std::string_view content_type,
                           std::string body);
/// An error for programs: {"error":"…"}.
HttpResponse make_error(const HttpRequest& request, boost::beast::http::status status, std::string_view message);
/// 503, for a request that the node cannot serve at the moment.
HttpResponse make_unavailable(const HttpRequest& request);
/// 504, for a request of a connection on another node that does not answer, or that needs the store while that is away.
/// A 503 would make a proxy leave out this node.
HttpResponse make_gateway_timeout(const HttpRequest& request);
/// The bytes of a response without its body.
std::string head_of(const HttpResponse& response);

/// Takes over the socket of a request that has not been answered. Called on the context's thread.
using TakeSocket = std::function<void(Descriptor socket)>;
/// A response. `written` is called on the context's thread when the kernel has all of it.
struct WatchedResponse {
  HttpResponse response;
  std::function<void()> written;
};
using HttpAnswer = std::variant<HttpResponse, WatchedResponse, TakeSocket>;
/// The response in an answer; nullptr: there is none.
inline HttpResponse* response_in(HttpAnswer& answer) {
  if (auto* watched = std::get_if<WatchedResponse>(&answer)) return &watched->response;
  return std::get_if<HttpResponse>(&answer);
}
/// Takes the answer. Called once, from any thread.
using HttpReply = std::function<void(HttpAnswer)>;

/// One request and where it came in.
struct HttpCall {
  HttpRequest request;
  HttpReply reply;
  boost::asio::ip::address client{};    // the client's address, also behind trusted proxies
  ShardContext* context = nullptr;      // of the shard on whose thread the handler is called
  Admission::Permit* permit = nullptr;  // of the HTTP connection, until the reply; a handler may take it over
  bool body_came_later = false;         // than its head: see Router::on_late_body()
};
using HttpHandler = std::function<void(HttpCall call)>;

}  // namespace chat
