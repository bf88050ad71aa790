#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "chat/core/close.hpp"

namespace chat {

enum class HubEncoding : std::uint8_t { json, msgpack };

/// The first thing a client says: the encoding in which it goes on.
struct HandshakeAccepted {
  HubEncoding encoding{};
  bool resumable = false;  // the client counts messages, so that it can go on over another socket
};
struct HandshakeRejected {
  CloseReason reason;
};

inline constexpr CloseReason kNoHandshake{CloseCode::protocol_error, "a connection begins with a handshake"};

/// False: what a client sends first is no handshake, however it goes on. A client that goes on with a connection which
/// this node never had begins with a Sequence; in MessagePack no end of a record would ever follow.
bool may_begin_handshake(std::string_view bytes);

/// Reads the client's first record, always JSON. `record` has its end mark.
std::variant<HandshakeAccepted, HandshakeRejected> read_handshake(std::string_view record);

}  // namespace chat
