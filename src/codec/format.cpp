#include "chat/codec/format.hpp"

#include <algorithm>

#include "chat/base/assert.hpp"
#include "chat/codec/deflate.hpp"
#include "chat/codec/http_framing.hpp"
#include "chat/codec/signalr.hpp"
#include "chat/codec/websocket_framing.hpp"

namespace chat {
namespace {

/// How payloads are wrapped for a transport, and what it says at the end.
struct Framing {
  void (*append)(std::string& out, bool binary, std::string_view payload);
  std::string (*goodbye)(CloseReason reason);
};

constexpr Framing kWebSocket{[](std::string& out, bool binary, std::string_view payload) {
                               append_websocket_frame(out, binary ? Opcode::binary : Opcode::text, payload);
                             },
                             close_frame};

constexpr Framing kDeflatedWebSocket{[](std::string& out, bool binary, std::string_view payload) {
                                       append_deflated_websocket_frame(out, binary ? Opcode::binary : Opcode::text,
                                                                       payload);
                                     },
                                     close_frame};

void append_event(std::string& out, bool, std::string_view payload) { append_sse_event(out, payload); }

constexpr Framing kEventStream{append_event, [](CloseReason reason) {
                                 std::string out;
                                 append_sse_event(out, close_event(reason), "close");
                                 return out;
                               }};

constexpr Framing kPoll{[](std::string& out, bool, std::string_view payload) { append_polled_event(out, payload); },
                        [](CloseReason reason) {
                          std::string out;
                          append_polled_event(out, close_event(reason));
                          return out;
                        }};

// A hub's client takes all it gets for hub messages: the last of them is the codec's goodbye.
std::string nothing(CloseReason) { return {}; }

constexpr Framing kHubStream{append_event, nothing};
constexpr Framing kHubPoll{[](std::string& out, bool, std::string_view payload) { out += payload; }, nothing};

struct Row {
  Format format;
  const Codec& codec;
  const Framing& framing;
};

const std::array<Row, kFormats>& table() {
  static const std::array<Row, kFormats> rows{{
      {Format::json_websocket, json_codec(), kWebSocket},
      {Format::json_websocket_deflate, json_codec(), kDeflatedWebSocket},
      {Format::json_sse, json_codec(), kEventStream},
      {Format::json_poll, json_codec(), kPoll},
      {Format::signalr_handshake_websocket, signalr_handshake_codec(), kWebSocket},
      {Format::signalr_json_websocket, signalr_json_codec(), kWebSocket},
      {Format::signalr_msgpack_websocket, signalr_msgpack_codec(), kWebSocket},
      {Format::signalr_handshake_sse, signalr_handshake_codec(), kHubStream},
      {Format::signalr_json_sse, signalr_json_codec(), kHubStream},
      {Format::signalr_handshake_poll, signalr_handshake_codec(), kHubPoll},
      {Format::signalr_json_poll, signalr_json_codec(), kHubPoll},
      {Format::signalr_msgpack_poll, signalr_msgpack_codec(), kHubPoll},
      {Format::signalr_json_websocket_details, signalr_json_codec(HubDetails::yes), kWebSocket},
      {Format::signalr_msgpack_websocket_details, signalr_msgpack_codec(HubDetails::yes), kWebSocket},
      {Format::signalr_json_sse_details, signalr_json_codec(HubDetails::yes), kHubStream},
      {Format::signalr_json_poll_details, signalr_json_codec(HubDetails::yes), kHubPoll},
      {Format::signalr_msgpack_poll_details, signalr_msgpack_codec(HubDetails::yes), kHubPoll},
  }};
  return rows;
}

const Row& row(Format format) {
  const Row& found = table()[static_cast<std::size_t>(format)];
  CHAT_ASSERT(found.format == format);
  return found;
}

}  // namespace

const Codec& codec_of(Format format) { return row(format).codec; }

std::optional<Format> with_codec(Format format, std::string_view codec) {
  const Framing* framing = &row(format).framing;
  const auto found = std::find_if(table().begin(), table().end(),
                                  [&](const Row& r) { return &r.framing == framing && r.codec.name() == codec; });
  return found == table().end() ? std::nullopt : std::optional(found->format);
}

void append_frame(Format format, const RequestId& id, const Event& event, std::string& out) {
  thread_local std::string payload;
  payload.clear();
  const auto& [_, codec, framing] = row(format);
  codec.encode(id, event, payload);
  if (!payload.empty()) framing.append(out, codec.is_binary(), payload);
}

SharedBytes make_frame(Format format, const RequestId& id, const Event& event) {
  std::string out;
  append_frame(format, id, event, out);
  return out.empty() ? SharedBytes() : SharedBytes(out);
}

SharedBytes frame_of(Format format, std::string_view payload) {
  const auto& [_, codec, framing] = row(format);
  std::string out;
  framing.append(out, codec.is_binary(), payload);
  return SharedBytes(out);
}

SharedBytes goodbye_frame(Format format, CloseReason reason) {
  const auto& [_, codec, framing] = row(format);
  std::string payload, out;
  codec.encode_goodbye(reason, payload);
  if (!payload.empty()) framing.append(out, codec.is_binary(), payload);
  out += framing.goodbye(reason);
  return SharedBytes(out);
}

}  // namespace chat
