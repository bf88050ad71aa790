#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <string>

namespace chat {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;
using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;

/// A response with the headers every answer of ours carries.
HttpResponse make_response(const HttpRequest& request, boost::beast::http::status status, std::string_view content_type,
                           std::string body);
/// An error for programs: {"error":"…"}.
HttpResponse make_error(const HttpRequest& request, boost::beast::http::status status, std::string_view message);

/// Answers when it can, once; `reply` may be called from any thread.
using HttpReply = std::function<void(HttpResponse)>;
using HttpHandler = std::function<void(const HttpRequest&, HttpReply reply)>;

}  // namespace chat
