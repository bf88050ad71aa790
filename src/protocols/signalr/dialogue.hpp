#pragma once

#include "chat/protocols/signalr_settings.hpp"
#include "chat/sessions/dialogue.hpp"
#include "chat/transport/connection_token.hpp"
#include "protocols/signalr/formats.hpp"

namespace chat {

/// The dialogue of one SignalR client (HubProtocol.md in dotnet/aspnetcore, src/SignalR/docs/specs): its handshake, its
/// streams, its pings, and going on over another socket. `formats`: of its transport; a session begins in the format of
/// the handshake. `details`: the client wants them with each message. `settings` outlives the dialogue.
DialoguePtr signalr_dialogue(const SignalRSettings& settings, const SignalRFormats& formats, Negotiated negotiated,
                             bool details);

}  // namespace chat
