#include "protocols/chat_v1/formats.hpp"

#include "protocols/chat_v1/codec.hpp"

namespace chat {

const ChatV1Formats& chat_v1_formats() {
  static const ChatV1Formats formats{
      add_format(json_codec(), websocket_framing()), add_format(json_codec(), deflated_websocket_framing()),
      add_format(json_codec(), event_stream_framing()), add_format(json_codec(), poll_framing())};
  return formats;
}

}  // namespace chat
