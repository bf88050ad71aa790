#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// Payloads of Engine.IO 4 over HTTP (docs/engine.io-protocol/v4-current.md in socketio/socket.io): packets joined by
/// 0x1E, binary ones as "b" and base64. Pure functions.
namespace chat {

inline constexpr char kPacketSeparator = '\x1e';

/// Calls `take` for each packet until it returns false. False: a packet is none, and those behind it were not taken.
using TakePacket = std::function<bool(std::string_view packet, bool binary)>;
bool split_payload(std::string_view payload, const TakePacket& take);

/// Appends one packet.
void append_packet(std::string& payload, std::string_view packet, bool binary);

/// The payload with the packets in frames for WebSockets. A close frame is the packet "1" if the client is not wanted
/// back; otherwise nothing: some clients do not come back after a "1", but all do if their polls fail.
std::string payload_of_frames(std::string_view frames);

/// Whether a close frame is among the frames.
bool has_close_frame(std::string_view frames);

/// The bytes of base64 with padding (RFC 4648 §4); padding may be missing.
std::optional<std::string> from_base64(std::string_view letters);

}  // namespace chat
