#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat/core/error.hpp"

namespace chat {

/// A word of @socket.io/redis-emitter to sessions. Any program that may publish in Redis can say it, so each part is
/// checked. Pure values.
struct EmitterPacket {
  static constexpr std::size_t kMaxBytes = 256 * 1024;
  static constexpr std::size_t kMaxDepth = 64;
  static constexpr std::size_t kMaxNames = 1000;  // in each list

  enum class Kind : std::uint8_t { emit, join, leave, disconnect };
  Kind kind = Kind::emit;
  /// Names of rooms, and ids of users, which are the ids of sockets.
  std::vector<std::string> to;  // empty: all
  std::vector<std::string> except;
  std::vector<std::string> rooms;  // join, leave
  std::string event;               // emit
  std::string arguments;           // emit: a list, JSON
};

/// The payload of a broadcast: MessagePack of [uid, {type: 2, data: [event, …], nsp: "/"}, {rooms, except, flags}].
Result<EmitterPacket> read_broadcast(std::string_view payload);

/// The payload of a request: JSON {type: 2 join, 3 leave, 4 disconnect; opts: {rooms, except}; rooms}.
Result<EmitterPacket> read_adapter_request(std::string_view payload);

}  // namespace chat
