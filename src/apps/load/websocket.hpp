#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// The client side of RFC 6455 as pure functions over bytes: what the load tester needs and no more.
namespace chat::load::websocket {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct Frame {
  Opcode opcode = Opcode::text;
  bool final = true;
  std::string_view payload;
};

enum class Take { frame, incomplete, broken };

/// Takes one server frame off the front of `bytes`; `frame.payload` points into them. Broken: masked, or RSV bits set.
Take take_frame(std::string_view& bytes, Frame& frame);

/// Appends one final client frame. The mask is zero, which RFC 6455 allows like any other 32 bits, so that the payload
/// needs no second pass.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);

std::string upgrade_request(std::string_view host, std::string_view path);

/// What the server answered to upgrade_request(), `head` being the response up to and including the empty line.
/// Returns an empty text if the connection is now a WebSocket, else a sentence why not.
std::string upgrade_failure(std::string_view head);

}  // namespace chat::load::websocket
