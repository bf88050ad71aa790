#pragma once

#include <string>

#include "chat/transport/http/http.hpp"
#include "chat/transport/io/descriptor.hpp"

/// Answers over a fresh socket, without a conversation. Thread: the shard's.
namespace chat {

/// Sends all bytes or fails: a fresh socket has room for them, so bytes that do not go out at once never will. Returns
/// false if it failed.
bool send_at_once(const Descriptor& socket, const std::string& bytes);

/// Answers any request with this refusal, and sends no more.
void turn_away(const Descriptor& socket, HttpResponse response);

}  // namespace chat
