#pragma once

#include "chat/codec/json/json_check.hpp"
#include "chat/core/limits.hpp"

namespace chat {

/// Of the `data` of a message, whichever way it comes: it stands one level deeper in the stored body, which each client
/// must be able to read.
inline constexpr JsonLimits kDataLimits{limits::kJsonDepth - 1, limits::kJsonMembers};

}  // namespace chat
