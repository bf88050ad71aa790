#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

/// The type of MessagePack's timestamp extension.
inline constexpr std::int8_t kMsgpackTimestamp = -1;

/// The content of MessagePack's timestamp extension (4, 8 or 12 bytes) as RFC 3339 text
/// in UTC, with milliseconds as JavaScript writes them, or nanoseconds where there are some. Nothing: it is none, or
/// its year has not four digits.
std::optional<std::string> msgpack_timestamp(std::string_view content);

}  // namespace chat
