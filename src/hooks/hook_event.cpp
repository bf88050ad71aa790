#include "chat/hooks/hook_event.hpp"

#include <algorithm>

namespace chat {
namespace {

constexpr std::array<std::string_view, kHookEvents> kNames{"connect",       "join",         "message",
                                                           "call",          "connected",    "disconnected",
                                                           "room_occupied", "room_vacated", "message_posted"};

}  // namespace

std::string_view to_text(HookEvent event) { return kNames[index_of(event)]; }

std::optional<HookEvent> to_hook_event(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return kAllHookEvents[static_cast<std::size_t>(found - kNames.begin())];
}

}  // namespace chat
