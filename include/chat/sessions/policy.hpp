#pragma once

#include <cstdint>
#include <string_view>

#include "chat/core/principal.hpp"

namespace chat {

/// The actions in a room that need a right.
enum class Action : std::uint8_t { join, send, history, presence, typing };

/// Decides what a principal may do. Asked before each action. Thread: every shard's, so it has no state that changes.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual bool may(const Principal& principal, Action action, std::string_view room) const = 0;
};

/// Everybody may do everything.
const Policy& open_policy();

}  // namespace chat
