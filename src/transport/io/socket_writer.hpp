#pragma once

#include "chat/base/clock.hpp"
#include "chat/sessions/outbox.hpp"

namespace chat {

/// For a client to take the last bytes, and for its close frame, before the socket is closed.
constexpr Seconds kGoodbyeTime{3};

/// Writes as much as the socket takes now, within a bound, so that one client does not hold the loop. Returns false if
/// the connection is broken.
bool write_outbox(int socket, Outbox& outbox);

}  // namespace chat
