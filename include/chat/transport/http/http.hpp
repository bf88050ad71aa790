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

/// A response with the headers every answer of ours carries.
HttpResponse make_response(const HttpRequest& request, boost::beast::http::status status, std::string_view content_type,
                           std::string body);
/// An error for programs: {"error":"…"}.
HttpResponse make_error(const HttpRequest& request, boost::beast::http::status status, std::string_view message);
/// What could be served, but not at the moment: 503.
HttpResponse make_unavailable(const HttpRequest& request);
/// The bytes of a response without its body.
std::string head_of(const HttpResponse& response);

/// Takes over the socket a request came by; nothing has been written in answer to it. Called on the context's thread.
using TakeSocket = std::function<void(Descriptor socket)>;
/// A response, and who wants to know that all of it has been given to the kernel. Called on the context's thread.
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
/// Answers when it can, once; may be called from any thread.
using HttpReply = std::function<void(HttpAnswer)>;

/// One request and where it came in.
struct HttpCall {
  HttpRequest request;
  HttpReply reply;
  boost::asio::ip::address client{};    // whose it is, behind trusted proxies
  ShardContext* context = nullptr;      // of the shard on whose thread the handler is called
  Admission::Permit* permit = nullptr;  // of the HTTP connection, until the reply; a handler may take it over
};
using HttpHandler = std::function<void(HttpCall call)>;

}  // namespace chat
