#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace chat::redis {

/// Appends one command as an array of bulk strings (RESP2): arguments are bytes, nothing in them can become another
/// command. hiredis formats the same with an allocation and a printf() for each argument, which showed in profiles.
void append_command(std::string& out, std::span<const std::string_view> arguments);
inline void append_command(std::string& out, std::initializer_list<std::string_view> arguments) {
  append_command(out, std::span(arguments.begin(), arguments.size()));
}

}  // namespace chat::redis
