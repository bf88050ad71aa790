#pragma once

#include <string_view>

#include "chat/transport/polling/connection_request.hpp"

namespace chat {

class Session;

/// Gives a session a newer token of its user. 200 with its end in Unix milliseconds (0: it has none), or a status with
/// a sentence: 401, 403 (another user's), 404 (the session ends), 429. Thread: the session's.
ConnectionAnswer refreshed(Session& session, std::string_view token);

}  // namespace chat
