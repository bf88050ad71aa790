#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

/// One packet of Socket.IO 5 (docs/socket.io-protocol/v5-current.md in socketio/socket.io), without its attachments:
/// <type>[<attachments>-][<namespace>,][<ack id>][JSON]. Views into the text that was read.
struct SocketPacket {
  enum class Type : char {
    connect = '0',
    disconnect = '1',
    event = '2',
    ack = '3',
    connect_error = '4',
    binary_event = '5',
    binary_ack = '6',
  };
  Type type{};
  std::uint32_t attachments = 0;
  std::string_view nsp = "/";
  std::string_view id{};    // digits; empty: none
  std::string_view data{};  // empty: none

  bool is_binary() const { return type == Type::binary_event || type == Type::binary_ack; }
};

/// Nothing: it is none. The data may be anything yet.
std::optional<SocketPacket> read_packet(std::string_view text);

/// Appends a packet as a message of Engine.IO.
void append_socket_packet(std::string& out, SocketPacket::Type type, std::string_view nsp, std::string_view id,
                          std::string_view data);

/// Whether the name of an event belongs to the client libraries.
bool is_reserved_event(std::string_view name);

}  // namespace chat
