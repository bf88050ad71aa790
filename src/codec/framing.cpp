#include "chat/codec/framing.hpp"

#include "chat/codec/deflate.hpp"
#include "chat/codec/http_framing.hpp"
#include "chat/codec/websocket_framing.hpp"

namespace chat {
namespace {

Opcode opcode_of(bool binary) { return binary ? Opcode::binary : Opcode::text; }

}  // namespace

const Framing& websocket_framing() {
  static constexpr Framing framing{[](std::string& out, bool binary, std::string_view payload) {
                                     append_websocket_frame(out, opcode_of(binary), payload);
                                   },
                                   close_frame};
  return framing;
}

const Framing& deflated_websocket_framing() {
  static constexpr Framing framing{[](std::string& out, bool binary, std::string_view payload) {
                                     append_deflated_websocket_frame(out, opcode_of(binary), payload);
                                   },
                                   close_frame};
  return framing;
}

const Framing& event_stream_framing() {
  static constexpr Framing framing{
      [](std::string& out, bool, std::string_view payload) { append_sse_event(out, payload); },
      [](CloseReason reason) {
        std::string out;
        append_sse_event(out, close_event(reason), "close");
        return out;
      }};
  return framing;
}

const Framing& poll_framing() {
  static constexpr Framing framing{
      [](std::string& out, bool, std::string_view payload) { append_polled_event(out, payload); },
      [](CloseReason reason) {
        std::string out;
        append_polled_event(out, close_event(reason));
        return out;
      }};
  return framing;
}

}  // namespace chat
