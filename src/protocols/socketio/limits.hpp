#pragma once

#include "chat/core/limits.hpp"

/// The size limits that only Socket.IO has.
namespace chat::limits {

/// Bytes of one payload (a POST) or of one WebSocket message. Above it: 413, close 1009.
inline constexpr std::size_t kEnginePayloadBytes = kHttpBodyBytes;
/// Bytes of one event, binary attachments included. Above it: error `too_large`.
inline constexpr std::size_t kSocketEventBytes = 32 * 1024;
/// Nesting of an event; the content of a message has kJsonDepth.
inline constexpr std::size_t kSocketJsonDepth = 64;
/// Binary attachments of one event. Above it: the connection is closed.
inline constexpr std::size_t kSocketAttachments = 16;
/// Bytes of a namespace, and of a recovery token.
inline constexpr std::size_t kNamespaceBytes = 128;
inline constexpr std::size_t kRecoveryTokenBytes = 8 * 1024;
/// Rooms of a session that can be recovered: each message of a session in several rooms has all cursors. Above it the
/// session is not recovered.
inline constexpr std::size_t kRecoverableRooms = 16;

}  // namespace chat::limits
