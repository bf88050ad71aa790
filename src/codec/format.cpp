#include "chat/codec/format.hpp"

#include "chat/codec/http_framing.hpp"
#include "chat/codec/websocket_framing.hpp"

namespace chat {

const Codec& codec_of(Format) { return json_codec(); }

void append_frame(Format format, const RequestId& id, const Event& event, std::string& out) {
  thread_local std::string payload;
  payload.clear();
  const Codec& codec = codec_of(format);
  codec.encode(id, event, payload);
  switch (format) {
    case Format::json_websocket:
      return append_websocket_frame(out, codec.is_binary() ? Opcode::binary : Opcode::text, payload);
    case Format::json_sse:
      return append_sse_event(out, payload);
    case Format::json_poll:
      return append_polled_event(out, payload);
  }
}

SharedBytes make_frame(Format format, const RequestId& id, const Event& event) {
  std::string out;
  append_frame(format, id, event, out);
  return SharedBytes(out);
}

SharedBytes goodbye_frame(Format format, CloseReason reason) {
  std::string out;
  if (format == Format::json_sse) {
    append_sse_event(out, close_event(reason), "close");
  } else if (format == Format::json_poll) {
    append_polled_event(out, close_event(reason));
  } else {
    out = close_frame(reason);
  }
  return SharedBytes(out);
}

}  // namespace chat
