#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/base/rate_limit.hpp"

/// The price of each request, by its effects: rooms told, rows read, pushes made. Units of `--joins-per-second`; sends
/// are counted as messages, see UsageMeters.
namespace chat::prices {

using Units = std::uint32_t;

inline constexpr Units kRequest = 1;
inline constexpr Units kToken = 5;                 // its signature is verified
inline constexpr Units kTrace = 2;                 // two reports a node are read
inline constexpr Units kMembers = 2;               // up to 100 people are listed
inline constexpr Units kDetails = 10;              // of all nodes, once a second
inline constexpr std::size_t kRowsPerUnit = 50;    // read of a room's log
inline constexpr std::size_t kPushesPerUnit = 64;  // to members of a room
inline constexpr std::size_t kBytesPerMessage = 1024;

/// Of another name or another person: each room gets an event.
inline Units identity(std::size_t rooms) { return kRequest + static_cast<Units>(rooms); }
/// Of a request that reads `count` rows; the first page is in the price of the request.
inline Units rows(std::size_t count) { return count == 0 ? 0 : static_cast<Units>((count - 1) / kRowsPerUnit); }
inline Units pushes(std::size_t members) { return static_cast<Units>(members / kPushesPerUnit); }
/// Of a stored message, in messages: each started KiB counts.
inline Units message(std::size_t body_bytes) { return 1 + static_cast<Units>(body_bytes / kBytesPerMessage); }

/// Refusals because of a rate. A client that exceeds this limit ignores them.
inline constexpr RateLimit kRefusals{50, 1000};

}  // namespace chat::prices
