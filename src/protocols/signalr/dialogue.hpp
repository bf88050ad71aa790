#pragma once

#include "chat/protocols/signalr_settings.hpp"
#include "chat/sessions/dialogue.hpp"
#include "chat/transport/connection_token.hpp"
#include "protocols/signalr/dialect.hpp"

namespace chat {

/// The dialogue of one SignalR client (HubProtocol.md in dotnet/aspnetcore, src/SignalR/docs/specs): its handshake, its
/// streams, its pings, and going on over another socket. `formats`: of its transport, in the dialect of its hub; a
/// session begins in the format of the handshake. `settings` outlives the dialogue.
DialoguePtr signalr_dialogue(const SignalRSettings& settings, const HubDialect& dialect, const SignalRFormats& formats,
                             Negotiated negotiated);

}  // namespace chat
