#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat/core/limits.hpp"

namespace chat {

/// How large a document may be.
struct JsonLimits {
  std::size_t depth = limits::kJsonDepth;
  std::size_t members = limits::kJsonMembers;
};

/// A fault of a JSON text.
struct JsonFault {
  std::string why;  // a sentence
  /// Where its values begin and end is known: a JsonView can look up the id for the error, and nothing else.
  bool is_readable;
};

/// Nothing if the text is one whole value (RFC 8259) in UTF-8, no object in it has a member twice or one named
/// __proto__ (decoders in JavaScript throw, and take their connection along), each number fits a double, and it keeps
/// the limits. Builds nothing: a JsonView reads the accepted text where it lies.
std::optional<JsonFault> check_json(std::string_view text, JsonLimits most = {});
/// The sentence alone.
std::optional<std::string> validate_json(std::string_view text, JsonLimits most = {});

}  // namespace chat
