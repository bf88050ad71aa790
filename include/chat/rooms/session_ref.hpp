#pragma once

#include <cstdint>

#include "chat/codec/format.hpp"

namespace chat {

/// Names a session for other threads. The session may be gone by the time the name is used. A value; thread: any.
struct SessionRef {
  std::uint32_t shard = 0;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  Format format{};  // of the events for it
  bool operator==(const SessionRef&) const = default;
};

}  // namespace chat
