#pragma once

#include <cstdint>

#include "chat/base/clock.hpp"

namespace chat {

/// The settings that the rules have for one room. 0: as the node's settings have it.
struct RoomSettings {
  enum class Presence : std::uint8_t { lists, counts, off };

  std::uint32_t history_size = 0;  // messages kept
  std::uint32_t message_bytes = 0;
  Seconds slow_mode{0};           // from one message of a person to the next
  std::uint32_t max_members = 0;  // people at once
  Presence presence = Presence::lists;

  bool operator==(const RoomSettings&) const = default;
};

}  // namespace chat
