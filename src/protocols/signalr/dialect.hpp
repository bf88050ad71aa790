#pragma once

#include <optional>

#include "chat/codec/format.hpp"
#include "chat/protocols/hub_profile.hpp"

namespace chat {

/// How SignalR's hub messages look over one transport: before the client has said in which encoding, then in that one.
struct SignalRFormats {
  Format handshake;
  Format json;
  std::optional<Format> msgpack;  // none: the transport is for text
};

/// A profile with its codecs and formats: clients of one profile, encoding and transport share each encoded event.
/// Immutable; lives as long as the program; thread: any.
struct HubDialect {
  const HubProfile& profile;
  const Codec& json;
  const Codec& msgpack;
  SignalRFormats websocket;
  SignalRFormats sse;
  SignalRFormats poll;
};

/// The one dialect of a profile; equal profiles have the same. Thread: the one that builds the routes, before the first
/// client.
const HubDialect& dialect_of(const HubProfile& profile);

/// The profile for clients that asked for `?details=true`.
HubProfile with_details(HubProfile profile);

}  // namespace chat
