#pragma once

#include "chat/backplane/node_registry.hpp"

namespace chat {

/// Compares this machine's clock with the store's, which was asked `round_trip` ago. If the clock is off by more than 5
/// s, the node corrects all times that it tells, and logs this at most once a minute. Returns by how much the machine's
/// clock is ahead; `known` if the answer took too long for a comparison. Thread: the backplane loop.
Milliseconds check_clock(SystemClock& clock, const Announced& announced, Milliseconds round_trip, Milliseconds known);

}  // namespace chat
