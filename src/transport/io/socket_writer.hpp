#pragma once

#include "chat/sessions/outbox.hpp"

namespace chat {

/// Writes as much as the socket takes now, within a bound, so that one client does not hold the loop. Returns false if
/// the connection is broken.
bool write_outbox(int socket, Outbox& outbox);

}  // namespace chat
