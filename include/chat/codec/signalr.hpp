#pragma once

#include <cstdint>
#include <string_view>

#include "chat/codec/codec.hpp"
#include "chat/codec/format.hpp"
#include "chat/core/shared_bytes.hpp"

/// SignalR's hub protocol (HubProtocol.md in dotnet/aspnetcore, src/SignalR/docs/specs): its methods and callbacks are
/// chat.v1's requests and events, see src/codec/README.md.
namespace chat {

/// The handshake, always in JSON, whatever is agreed in it. It understands Agree and has no word for any event.
const Codec& signalr_handshake_codec();
/// Records of JSON text, each ended by 0x1E.
const Codec& signalr_json_codec();
/// MessagePack, each message behind its length as a VarInt of 1 to 5 bytes.
const Codec& signalr_msgpack_codec();

inline bool is_signalr_handshake(Format format) { return &codec_of(format) == &signalr_handshake_codec(); }

/// The id of the join that a handshake makes: its reply is the answer to the handshake.
inline constexpr std::string_view kHandshakeId = "h";

/// What a connection says of itself, in a format of SignalR.
SharedBytes signalr_ping(Format format);
SharedBytes signalr_ack(Format format, std::uint64_t last);
SharedBytes signalr_sequence(Format format, std::uint64_t next);

/// How many hub messages there are in frames for WebSockets.
std::size_t signalr_messages(Format format, std::string_view frames);

}  // namespace chat
