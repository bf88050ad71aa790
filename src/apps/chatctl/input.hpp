#pragma once

#include <string>

#include "chat/base/clock.hpp"

namespace chat::ctl {

/// What arguments stand for. Each throws std::runtime_error with a sentence that names the file or the flag.

/// All bytes of a file.
std::string read_file(const std::string& path);
/// "90s", "15m", "1h", "30d" in seconds.
long to_seconds(const std::string& flag, const std::string& text);
/// "2026-11-21T13:40:00Z", or seconds since 1970.
UnixMs to_time(const std::string& flag, const std::string& text);

}  // namespace chat::ctl
