#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chat {

/// What is wrong with a client's JSON text, as a sentence; nothing if it is one whole value (RFC 8259) in UTF-8, no
/// object in it has a member twice, each number fits a double, and it keeps limits::kJsonDepth and kJsonMembers. Builds
/// nothing: what has passed is read where it lies, see JsonView.
std::optional<std::string> fault_in_json(std::string_view text);

}  // namespace chat
