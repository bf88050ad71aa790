#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The client side of RFC 6455 as pure functions over bytes. It has only the parts that the load tester needs.
namespace chat::load::websocket {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct Frame {
  Opcode opcode = Opcode::text;
  bool final = true;
  std::string_view payload;
};

enum class Take { frame, incomplete, broken };

/// Takes one server frame off the front of `bytes`; `frame.payload` points into them. A frame that is masked or has RSV
/// bits is broken.
Take take_frame(std::string_view& bytes, Frame& frame);

/// Appends one final client frame. RFC 6455 allows any mask; a mask of zero saves a second pass over the payload.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);

/// An empty `subprotocol` asks for none.
std::string upgrade_request(std::string_view host, std::string_view path, std::string_view subprotocol);

/// The reason that a connection is no WebSocket.
struct Refusal {
  std::string sentence;
  bool is_temporary = false;
  std::int64_t retry_after_ms = 0;
};

/// Reads the server's answer to upgrade_request(); `head` is the response up to and including the empty line. Nothing
/// if the connection is now a WebSocket.
std::optional<Refusal> refusal(std::string_view head, std::string_view subprotocol);

}  // namespace chat::load::websocket
