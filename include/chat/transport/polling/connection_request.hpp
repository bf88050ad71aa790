#pragma once

#include <boost/beast/http/status.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

/// What a client's HTTP request asks of its connection, as it travels to the node that holds it.
struct ConnectionRequest {
  enum class Kind : char { send = 's', poll = 'p', written = 'w', end = 'e' };
  Kind kind;
  std::uint64_t ack = 0;  // poll: the answer the client has; written: the one that is on its way to it; 0: none
  std::string body;       // send: what the client says
};
std::string encode(const ConnectionRequest& request);
std::optional<ConnectionRequest> decode_connection_request(std::string_view text);

/// And what comes back.
struct ConnectionAnswer {
  boost::beast::http::status status;
  std::string body;
  std::uint64_t ack = 0;  // to a poll: what acknowledges this
};
std::string encode(const ConnectionAnswer& answer);
std::optional<ConnectionAnswer> decode_connection_answer(std::string_view text);

}  // namespace chat
