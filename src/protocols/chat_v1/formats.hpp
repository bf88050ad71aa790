#pragma once

#include "chat/codec/format.hpp"

namespace chat {

/// The formats of chat.v1's events, one for each transport.
struct ChatV1Formats {
  Format websocket;           // one text frame an event
  Format deflated_websocket;  // the same, compressed
  Format sse;                 // one Server-Sent Event an event
  Format poll;                // one element of an array an event
};
const ChatV1Formats& chat_v1_formats();

}  // namespace chat
