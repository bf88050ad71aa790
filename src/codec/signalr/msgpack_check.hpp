#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "codec/json/json_check.hpp"

namespace chat {

/// One value of MessagePack from a client and nothing behind it. Refuses, with a sentence in `why`: what is not that,
/// nesting or members above the limits, a key twice in one map, keys that are not text, text that is not UTF-8, binary
/// values and extensions. Never throws, recurses no deeper than the limit.
std::optional<nlohmann::json> guarded_unpack(std::string_view bytes, std::string& why, JsonLimits most);

}  // namespace chat
