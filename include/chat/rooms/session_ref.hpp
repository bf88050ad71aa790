#pragma once

#include <cstdint>

#include "chat/codec/format.hpp"

namespace chat {

/// Names a session from another thread without holding it: it may be gone by the time the name is used.
struct SessionRef {
  std::uint32_t shard = 0;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  Format format{};  // what it understands
  bool operator==(const SessionRef&) const = default;
};

}  // namespace chat
