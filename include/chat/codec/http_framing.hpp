#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chat/core/close.hpp"

namespace chat {

/// Appends one Server-Sent Event (HTML standard §9.2.6); without a name it is a "message". `data` has no line break.
void append_sse_event(std::string& out, std::string_view data, std::string_view name = {});
/// A comment, which keeps an idle event stream alive.
inline constexpr std::string_view kSseComment = ":\n\n";

/// Appends one event to the events of a poll's answer.
void append_polled_event(std::string& out, std::string_view event);
/// The answer to a poll: {"ack":…,"events":[…]}; the next poll acknowledges it with `ack`.
std::string poll_answer(std::uint64_t ack, std::string_view events);

/// Events that a WebSocket does not need: {"type":"connection","id":token} and {"type":"close",…}.
std::string connection_event(std::string_view token);
std::string close_event(CloseReason reason);

}  // namespace chat
