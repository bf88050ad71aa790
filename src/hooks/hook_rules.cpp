#include "chat/hooks/hook_rules.hpp"

#include <algorithm>

#include "chat/core/rights.hpp"

namespace chat {

bool HookRules::concerns(HookEvent event, std::string_view room) const {
  const auto* rule = find(event);
  if (rule == nullptr) return false;
  const auto names_room = [room](const std::string& pattern) { return matches_room(pattern, room); };
  return rule->rooms.empty() || std::any_of(rule->rooms.begin(), rule->rooms.end(), names_room);
}

bool HookRules::has_events() const {
  return std::any_of(kAllHookEvents.begin(), kAllHookEvents.end(),
                     [this](HookEvent event) { return !is_synchronous(event) && find(event) != nullptr; });
}

bool HookRules::concerns_method(std::string_view method) const {
  const auto* rule = find(HookEvent::call);
  if (rule == nullptr) return false;
  return rule->methods.empty() || std::find(rule->methods.begin(), rule->methods.end(), method) != rule->methods.end();
}

}  // namespace chat
