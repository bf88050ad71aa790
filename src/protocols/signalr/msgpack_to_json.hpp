#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat/core/error.hpp"
#include "protocols/signalr/limits.hpp"

namespace chat {

/// An array of MessagePack as JSON text. Where it is at fault, the items before the one in which that shows.
struct JsonFromMsgpack {
  std::string text;              // always a JSON array, but for texts that are not UTF-8
  std::optional<Failure> fault;  // bad_request, too_large
};

/// Reads one message from a client and nothing behind it, without building a document. Bytes become base64 text,
/// timestamps RFC 3339 text. Refused are other extensions, keys that are not text, what is nested deeper than
/// limits::kHubJsonDepth, and what is longer than may be stored: of that no more is read than tells who says it. Never
/// throws.
JsonFromMsgpack msgpack_to_json(std::string_view bytes);

}  // namespace chat
