#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "chat/core/principal.hpp"
#include "chat/transport/http/http.hpp"
#include "chat/transport/listener.hpp"
#include "chat/transport/polling/connection_request.hpp"

/// What is common to the HTTP requests that connections are made of.
namespace chat {

/// For a node that holds a connection to answer for it.
inline constexpr Seconds kAnswerTime{5};

/// A client that may begin a connection.
struct Admitted {
  Admission::Permit permit;
  std::shared_ptr<const Identity> identity;  // of its token; null: it has none
};

/// Admits the client of a call: its place among the node's connections is that of the HTTP connection, which takes
/// another for its next request. Answers the call if the token is not accepted or there is no place. Shared, because
/// what answers a call must be copyable.
std::shared_ptr<Admitted> admit(const HttpCall& call, const TransportSettings& settings, bool token_may_follow);

/// Proxies pass the response on as it comes, and keep none of it.
void keep_out_of_buffers(HttpResponse& response);

/// The head of an event stream, which the asking page may read if its origin is allowed.
HttpResponse event_stream_head(const HttpCall& call, const TransportSettings& settings);

/// Why a connection does not do as it was asked.
HttpResponse make_refusal(const HttpRequest& request, boost::beast::http::status status);

/// Asks the connection of a genuine token, on whichever node it is.
void ask(const HttpCall& call, std::string_view token, const ConnectionRequest& request, Milliseconds most,
         std::function<void(ConnectionAnswer)> done);

}  // namespace chat
