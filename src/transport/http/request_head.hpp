#pragma once

#include <optional>
#include <string_view>

#include "chat/transport/http/http.hpp"
#include "chat/transport/listener.hpp"
#include "transport/http/http_head.hpp"

namespace chat {

/// As the standard library has it.
inline std::string_view text(boost::beast::string_view view) { return {view.data(), view.size()}; }

/// Why a node refuses a request by its head alone. It then closes the connection, because it cannot tell where the next
/// request would begin.
struct HeadFault {
  boost::beast::http::status status;
  std::string_view why;
};

/// Checks rules of RFC 9112 that the parser does not check: Host, transfer codings, expectations, allowed hosts. A
/// target in absolute form (`GET http://host/path`) becomes its path, and its host the Host.
std::optional<HeadFault> judge_head(HttpRequest& request, const TransportSettings& settings);

/// Whether the request's client waits for "100 Continue" before it sends the body.
bool expects_continue(const HttpRequest& request);

/// Whether health checks ask for this path. The node answers it under any host name.
bool is_probe(std::string_view path);

/// Whether a node answers this request however full it is: a health check, or a request of a polled connection or an
/// event stream, which has a place already. Its body must have come with its head (`rest`: the bytes behind it),
/// because a connection that waits for a body takes a place.
bool needs_no_place(const HttpParser& head, std::size_t rest, const TransportSettings& settings);

}  // namespace chat
