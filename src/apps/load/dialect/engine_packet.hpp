#pragma once

#include <string_view>

namespace chat::load {

/// The type of a packet of Engine.IO or Socket.IO that carries no event; empty: it is another one.
inline std::string_view engine_packet_type(std::string_view frame) {
  if (frame.starts_with("40")) return "connected";
  if (frame.starts_with("41")) return "close";
  if (frame.starts_with('0')) return "open";
  return frame == "2" ? "ping" : "";
}

}  // namespace chat::load
