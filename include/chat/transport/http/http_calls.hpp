#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "chat/core/principal.hpp"
#include "chat/transport/http/http.hpp"
#include "chat/transport/listener.hpp"
#include "chat/transport/polling/connection_request.hpp"

/// Functions for all HTTP requests that together make a connection.
namespace chat {

/// For a node that holds a connection to answer for it.
inline constexpr Seconds kAnswerTime{5};

/// A client that may begin a connection.
struct Admitted {
  Admission::Permit permit;
  LetIn let_in;
  std::string request_id{};  // see request_id_of()
  std::string protocol{};
};

/// Admits the client of a call to a session of this protocol, and calls `then`, perhaps later. It takes over the place
/// of the HTTP connection, which takes another for its next request. Answers the call if the token is not accepted,
/// there is no place, or the application refuses the client. Shared, because HttpReply must be copyable.
void admit(const HttpCall& call, const TransportSettings& settings, std::string_view protocol, bool token_may_follow,
           std::function<void(std::shared_ptr<Admitted>)> then);

/// Proxies pass the response on as it comes, and keep none of it.
void keep_out_of_buffers(HttpResponse& response);

/// The head of an event stream, which the asking page may read if its origin is allowed.
HttpResponse event_stream_head(const HttpCall& call, const TransportSettings& settings);

/// The error of a connection that refuses a request.
HttpResponse make_refusal(const HttpRequest& request, boost::beast::http::status status);

/// Asks the connection of a genuine token, on whichever node it is.
void ask(const HttpCall& call, std::string_view token, const ConnectionRequest& request, Milliseconds most,
         std::function<void(ConnectionAnswer)> done);

}  // namespace chat
