#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "chat/server/config.hpp"

namespace chat {

/// The prefix of all environment variables.
inline constexpr std::string_view kVariablePrefix = "CHAT_";

/// "--node-id" → "CHAT_NODE_ID".
std::string variable_of(std::string_view flag);

/// The one table of settings: flag, place, meaning. The environment variable and the key in a file follow from the
/// flag.
void add_settings(CLI::App& app, Config& config);

}  // namespace chat
