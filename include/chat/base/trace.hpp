#pragma once

#include <atomic>
#include <cstdint>

#include "chat/base/log.hpp"

namespace chat {

/// The hops of a message through the nodes: received from its sender, stored with an offset, published to a node,
/// delivered to a shard, flushed to the sockets of a shard.
enum class Hop : std::uint8_t { received, stored, published, delivered, flushed };

/// One bit for each hop that is traced; open_log() sets all of them for the level trace. Thread: any.
inline std::atomic<std::uint32_t> traced_hops{0};

/// Ask before trace(): a hop that is off then costs one test of a bit.
inline bool is_traced(Hop hop) {
  return (traced_hops.load(std::memory_order_relaxed) >> static_cast<unsigned>(hop) & 1U) != 0;
}

/// Writes one hop to the log: where the message was, never its text.
void trace(Hop hop, LogFields fields);

}  // namespace chat
