#pragma once

#include <string>
#include <vector>

#include "chat/rooms/trace_sink.hpp"
#include "server/hop_json.hpp"

/// The hops of a traced message as spans of OpenTelemetry (OTLP 1.x in JSON), with times of the store's clock. Pure
/// functions.
namespace chat {

/// The span of the node that takes a message: its parent is the application's, if there is one.
std::string span_of(const Intake& intake, const ClockReading& clock);
/// The span of a node that delivers it: in a trace of its own, with a link to the one above.
std::string span_of(const Delivery& delivery, const ClockReading& clock);

/// The body of a POST to /v1/traces.
std::string otlp_request(const std::string& node, const std::vector<std::string>& spans);

}  // namespace chat
