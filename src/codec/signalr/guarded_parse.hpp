#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "chat/core/limits.hpp"

namespace chat {

/// How large a document may be.
struct ParseLimits {
  std::size_t depth = limits::kJsonDepth;
  std::size_t members = limits::kJsonMembers;
};

/// Parses JSON from a client. Refuses, with a sentence in `why`: what is not JSON, nesting or members above the limits,
/// a key twice in one object, numbers beyond a double. Never throws, never recurses.
std::optional<nlohmann::json> guarded_parse(std::string_view text, std::string& why, ParseLimits most = {});

/// The same for one value of MessagePack and nothing behind it; refuses besides: keys that are not text, text that is
/// not UTF-8, binary values and extensions. Recurses no deeper than the limit.
std::optional<nlohmann::json> guarded_unpack(std::string_view bytes, std::string& why, ParseLimits most = {});

}  // namespace chat
