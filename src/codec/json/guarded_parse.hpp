#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace chat {

/// Parses JSON from a client. Refuses, with a sentence in `why`: what is not JSON, nesting deeper than
/// limits::kJsonDepth, more members than limits::kJsonMembers, a key twice in one object, numbers beyond a double.
/// Never throws, never recurses.
std::optional<nlohmann::json> guarded_parse(std::string_view text, std::string& why);

}  // namespace chat
