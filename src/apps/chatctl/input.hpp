#pragma once

#include <string>

#include "chat/base/clock.hpp"

namespace chat::ctl {

/// The values of arguments. Each function throws std::runtime_error with a sentence that names the file or the flag.

/// All bytes of a file.
std::string read_file(const std::string& path);
/// "90s", "15m", "1h", "30d" in seconds.
long to_seconds(const std::string& flag, const std::string& text);
/// "2026-11-21T13:40:00Z", or seconds since 1970.
UnixMs to_time(const std::string& flag, const std::string& text);

/// Checks for CLI::Option::check(). Each gives a sentence that says what is needed; empty: the text has no fault.

/// The subject of tokens, or a public id.
std::string fault_in_user(const std::string& text);
std::string fault_in_token_id(const std::string& text);
/// A room's name, or that of a group.
std::string fault_in_room(const std::string& text);
/// The same, and no pattern.
std::string fault_in_one_room(const std::string& text);
std::string fault_if_empty(const std::string& text);

}  // namespace chat::ctl
