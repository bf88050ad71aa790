#pragma once

#include "chat/backplane/node_registry.hpp"

namespace chat {

/// Compares this machine's clock with the store's, which was asked `round_trip` ago. A clock that is off by more than
/// 5 s is put right for everything this node tells, messages above all, and that is logged, at most once a minute.
/// Returns by how much the machine's is ahead; `known` where the answer took too long to say. Thread: the backplane
/// loop.
Milliseconds check_clock(SystemClock& clock, const Announced& announced, Milliseconds round_trip, Milliseconds known);

}  // namespace chat
