#pragma once

#include <cstdint>

namespace chat {

/// Call first in main(). A reader of the process's output that ends (SIGPIPE) then does not end the process, nor does a
/// signal for which there is no order (SIGHUP, SIGUSR1, SIGUSR2).
void ignore_signals();

/// Keeps secrets and messages out of core files: the system writes none, and no other process of the user may read the
/// memory of this one.
void forbid_core_dumps();

/// A connection is a descriptor: as many as the system allows, not the 1024 a shell starts programs with. Returns how
/// many.
std::uint64_t raise_descriptor_limit();

}  // namespace chat
