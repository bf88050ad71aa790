#include "protocols/signalr/formats.hpp"

#include "chat/codec/http_framing.hpp"
#include "protocols/signalr/codec.hpp"

namespace chat {
namespace {

// A SignalR client takes all it gets for hub messages: the last of them is the codec's goodbye.
std::string nothing(CloseReason) { return {}; }

constexpr Framing kEvents{[](std::string& out, bool, std::string_view payload) { append_sse_event(out, payload); },
                          nothing};
constexpr Framing kPolls{[](std::string& out, bool, std::string_view payload) { out += payload; }, nothing};

std::array<Format, 2> json_in(const Framing& framing) {
  return {add_format(signalr_json_codec(HubDetails::no), framing),
          add_format(signalr_json_codec(HubDetails::yes), framing)};
}

std::array<Format, 2> msgpack_in(const Framing& framing) {
  return {add_format(signalr_msgpack_codec(HubDetails::no), framing),
          add_format(signalr_msgpack_codec(HubDetails::yes), framing)};
}

Format handshake_in(const Framing& framing) { return add_format(signalr_handshake_codec(), framing); }

/// Added together, so that all are there before the first client.
struct AllFormats {
  SignalRFormats websocket{handshake_in(websocket_framing()), json_in(websocket_framing()),
                           msgpack_in(websocket_framing())};
  SignalRFormats sse{handshake_in(kEvents), json_in(kEvents), std::nullopt};
  SignalRFormats poll{handshake_in(kPolls), json_in(kPolls), msgpack_in(kPolls)};
};

const AllFormats& all_formats() {
  static const AllFormats formats;
  return formats;
}

}  // namespace

const SignalRFormats& signalr_websocket_formats() { return all_formats().websocket; }
const SignalRFormats& signalr_sse_formats() { return all_formats().sse; }
const SignalRFormats& signalr_poll_formats() { return all_formats().poll; }

}  // namespace chat
