#pragma once

#include <algorithm>
#include <cstdint>

#include "chat/base/clock.hpp"

namespace chat {

/// How fast one person may send in one room: a message each `interval` on average, `burst` at once. An interval of 0:
/// no limit.
struct SendPace {
  Milliseconds interval{0};
  std::uint32_t burst = 1;
  bool is_off() const { return interval == Milliseconds{0}; }
  bool operator==(const SendPace&) const = default;
};

/// The settings that the rules have for one room. 0: as the node's settings have it.
struct RoomSettings {
  enum class Presence : std::uint8_t { lists, counts, off };

  std::uint32_t history_size = 0;  // messages kept
  Seconds history_age{0};          // messages older than this are not told
  std::uint32_t message_bytes = 0;
  Seconds slow_mode{0};                   // from one message of a person to the next
  std::uint32_t messages_per_minute = 0;  // of one person
  std::uint32_t max_members = 0;          // people at once
  Presence presence = Presence::lists;

  /// Of slow mode and messages a minute together, the slower one. A quarter of the messages of a minute at once.
  SendPace pace() const {
    const Milliseconds each(messages_per_minute > 0 ? 60'000 / messages_per_minute : 0);
    const bool is_slow = slow_mode > Seconds{0};
    return {std::max<Milliseconds>(slow_mode, each), is_slow ? 1 : std::max(1U, messages_per_minute / 4)};
  }
  bool operator==(const RoomSettings&) const = default;
};

}  // namespace chat
