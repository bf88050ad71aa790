#pragma once

#include "chat/server/config.hpp"

namespace chat {

/// Gives the cluster on the Redis of `config` another secret. Returns the exit code of the program; writes an error to
/// standard error.
int rotate_secret(const Config& config);

}  // namespace chat
