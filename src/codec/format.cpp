#include "chat/codec/format.hpp"

#include "chat/codec/websocket_framing.hpp"

namespace chat {

const Codec& codec_of(Format) { return json_codec(); }

void append_frame(Format format, const RequestId& id, const Event& event, std::string& out) {
  thread_local std::string payload;
  payload.clear();
  const Codec& codec = codec_of(format);
  codec.encode(id, event, payload);
  append_websocket_frame(out, codec.is_binary() ? Opcode::binary : Opcode::text, payload);
}

SharedBytes make_frame(Format format, const RequestId& id, const Event& event) {
  std::string out;
  append_frame(format, id, event, out);
  return SharedBytes(out);
}

SharedBytes goodbye_frame(Format, CloseReason reason) { return SharedBytes(close_frame(reason)); }

}  // namespace chat
