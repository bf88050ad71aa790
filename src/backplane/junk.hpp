#pragma once

#include <cstdint>
#include <string_view>

namespace chat {

/// Where other programs can put values for a node to read.
enum class JunkIn : std::uint8_t { key, publication, request };
/// Logs, once a minute for each place, that a value from the store was dropped. Thread: any.
void log_junk(JunkIn place, std::string_view what, std::string_view where);

}  // namespace chat
