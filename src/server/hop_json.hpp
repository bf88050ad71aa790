#pragma once

#include <string>

#include "chat/rooms/trace_sink.hpp"

namespace chat {

/// The clock of a node against that of the store, in microseconds.
struct ClockReading {
  UnixUs ahead = 0;
  UnixUs error = 0;
};

/// A report as it stands in the store and goes to clients: one JSON object, with times of the store's clock in
/// microseconds. src/protocols/README.md describes it.
/// `ack`: the level of acknowledgement of the node.
std::string to_json(const Intake& intake, const std::string& node, const ClockReading& clock, const std::string& ack);
std::string to_json(const Delivery& delivery, const std::string& node, const ClockReading& clock);

}  // namespace chat
