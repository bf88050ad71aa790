#pragma once

#include <string_view>
#include <vector>

#include "chat/codec/codec.hpp"

/// Invariants of both encodings of SignalR.
namespace chat {

/// Decodes a client's bytes and checks the invariants of each request, and that it is decoded equal when a client
/// writes it again.
void check_requests(const Codec& codec, std::string_view payload);

/// An event says the same in both encodings, and is JSON in chat.v1.
void check_event(const RequestId& id, const Event& event);

/// A message of any body, which any program may have written to the log, says the same in both encodings.
void check_published(std::string_view body);

}  // namespace chat
