#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chat {

/// A moment at which the cluster calls the application.
enum class HookEvent : std::uint8_t {
  connect,  // synchronous: the client waits for the answer
  join,
  message,
  call,
  connected,  // asynchronous: delivered at least once, in order for each key
  disconnected,
  room_occupied,
  room_vacated,
  message_posted,
};

inline constexpr std::size_t kHookEvents = 9;

inline constexpr std::array<HookEvent, kHookEvents> kAllHookEvents{
    HookEvent::connect,       HookEvent::join,         HookEvent::message,
    HookEvent::call,          HookEvent::connected,    HookEvent::disconnected,
    HookEvent::room_occupied, HookEvent::room_vacated, HookEvent::message_posted};

constexpr std::size_t index_of(HookEvent event) { return static_cast<std::size_t>(event); }
/// Whether a client waits for the answer.
constexpr bool is_synchronous(HookEvent event) { return event <= HookEvent::call; }
/// Whether the event belongs to one room.
constexpr bool has_room(HookEvent event) {
  return event == HookEvent::join || event == HookEvent::message || event >= HookEvent::room_occupied;
}

/// "connect", "join", …: as in the file of hooks, in bodies and in X-Chat-Event.
std::string_view to_text(HookEvent event);
std::optional<HookEvent> to_hook_event(std::string_view name);

}  // namespace chat
