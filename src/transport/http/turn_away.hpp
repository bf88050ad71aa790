#pragma once

#include <string>

#include "chat/transport/http/http.hpp"
#include "chat/transport/io/descriptor.hpp"

/// Answers over a fresh socket, without a conversation. Thread: the shard's.
namespace chat {

/// A fresh socket has room for this: what does not go out at once never will. False: it has not gone.
bool send_at_once(const Descriptor& socket, const std::string& bytes);

/// Refuses whatever was asked, and sends no more.
void turn_away(const Descriptor& socket, HttpResponse response);

}  // namespace chat
