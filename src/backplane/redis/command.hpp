#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace chat::redis {

/// Appends one command as an array of bulk strings: arguments are bytes, nothing in them can become another command.
void append_command(std::string& out, std::span<const std::string_view> arguments);
inline void append_command(std::string& out, std::initializer_list<std::string_view> arguments) {
  append_command(out, std::span(arguments.begin(), arguments.size()));
}

}  // namespace chat::redis
