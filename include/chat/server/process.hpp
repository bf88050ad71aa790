#pragma once

#include <cstdint>

namespace chat {

/// Call first in main(). Ignores SIGPIPE, so that the process survives a reader of its output, and signals without a
/// meaning (SIGHUP, SIGUSR1, SIGUSR2).
void ignore_signals();

/// Keeps secrets and messages out of core files: the system writes none, and no other process of the user may read the
/// memory of this one.
void forbid_core_dumps();

/// Raises the limit of descriptors, one a connection, from the shell's 1024 to the system's maximum. Returns the limit.
std::uint64_t raise_descriptor_limit();

}  // namespace chat
