#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chat/codec/codec.hpp"
#include "chat/codec/format.hpp"
#include "chat/core/command.hpp"
#include "chat/core/shared_bytes.hpp"
#include "chat/protocols/hub_profile.hpp"

/// SignalR's hub protocol (HubProtocol.md in dotnet/aspnetcore, src/SignalR/docs/specs): its methods and callbacks are
/// chat.v1's requests and events, see README.md.
namespace chat {

/// The handshake, always in JSON, whatever is agreed in it. It has no word for any event.
const Codec& signalr_handshake_codec();

/// Records of JSON text, each ended by 0x1E.
const Codec& signalr_json_codec(const HubProfile& profile = default_profile());
/// MessagePack, each message behind its length as a VarInt of 1 to 5 bytes.
const Codec& signalr_msgpack_codec(const HubProfile& profile = default_profile());

/// The id of the join that a handshake makes: its reply is the answer to the handshake.
inline constexpr std::string_view kHandshakeId = "h";

/// Whether the id is that of a part of a client's stream: what became of it is for the session to put together.
bool is_upload_part(const RequestId& id);

/// What a connection says of itself, in a format of SignalR.
SharedBytes signalr_ping(Format format);
SharedBytes signalr_ack(Format format, std::uint64_t last);
SharedBytes signalr_sequence(Format format, std::uint64_t next);

/// Bytes of the first hub message in what a client has said, however its transport split it, with what marks its end;
/// 0: it is not whole yet. The first `searched` bytes are known not to end it.
std::size_t signalr_message_size(Format format, std::string_view bytes, std::size_t searched = 0);

/// How many hub messages there are in frames for WebSockets.
std::size_t signalr_messages(Format format, std::string_view frames);

}  // namespace chat
