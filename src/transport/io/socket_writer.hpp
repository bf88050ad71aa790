#pragma once

#include "chat/sessions/outbox.hpp"

namespace chat {

/// Writes what the socket takes now, at most so much that one client does not hold the loop. False when the connection
/// is broken.
bool write_outbox(int socket, Outbox& outbox);

}  // namespace chat
