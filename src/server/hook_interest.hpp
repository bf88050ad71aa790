#pragma once

#include <functional>
#include <string_view>

#include "chat/hooks/hook_event.hpp"

namespace chat {

/// Whether the application has the hook, for a room's event also for that room.
using HookInterest = std::function<bool(HookEvent event, std::string_view room)>;

}  // namespace chat
