#pragma once

#include "chat/core/limits.hpp"

/// The size limits that only SignalR has.
namespace chat::limits {

/// Bytes of one hub message from a SignalR client, however transports have joined or split them. Above it: close 1009.
inline constexpr std::size_t kHubMessageBytes = 32 * 1024;
/// Bytes of one WebSocket message or POST in which a client joins all hub messages of a turn. Above it: close 1009,
/// 413.
inline constexpr std::size_t kHubTransportBytes = kHttpBodyBytes;
/// Nesting of a hub message from a SignalR client, as other hubs have it; the content of a message has kJsonDepth.
inline constexpr std::size_t kHubJsonDepth = 64;
/// Streams of messages one session may have open.
inline constexpr std::size_t kUploadsPerSession = 16;
/// Streamed results of the application that one session may await.
inline constexpr std::size_t kResultStreamsPerSession = 16;
/// Pages of one streamed result.
inline constexpr std::size_t kResultPages = 64;
/// Bytes that may wait for one client's acknowledgement, so that it can go on over another socket.
inline constexpr std::size_t kResumableBytes = 100'000;

}  // namespace chat::limits
