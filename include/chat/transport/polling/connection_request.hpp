#pragma once

#include <boost/beast/http/status.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

/// A request of a client to its connection, as it travels to the node that holds the connection: an HTTP request, or
/// a part of what comes over a WebSocket that another node has accepted for the connection.
struct ConnectionRequest {
  enum class Kind : char {
    send = 's',
    poll = 'p',
    written = 'w',
    end = 'e',
    refresh = 'r',
    offer = 'o',    // there is a socket for the connection
    probe = 'b',    // the client has tried the socket
    upgrade = 'u',  // the client goes on over the socket alone
    pull = 'l',     // the socket's node wants frames
    push = 'm',     // what the client says over the socket
    begin = 'n',    // a `send` begins to come
    finish = 'f',   // it has come; ack 1: it cannot be read
  };
  Kind kind;
  std::uint64_t ack = 0;  // poll, pull: the answer the asker has; written: the one that is on its way; 0: none
  std::string body;       // send, finish, push: what the client says; refresh: a newer token of its user
};
std::string encode(const ConnectionRequest& request);
std::optional<ConnectionRequest> decode_connection_request(std::string_view text);

/// The answer of that node.
struct ConnectionAnswer {
  boost::beast::http::status status;
  std::string body;
  std::uint64_t ack = 0;  // to a poll: what acknowledges this
};
std::string encode(const ConnectionAnswer& answer);
std::optional<ConnectionAnswer> decode_connection_answer(std::string_view text);

}  // namespace chat
