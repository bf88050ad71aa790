#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chat {

/// Base64url (RFC 4648 §5) as JWS and JWK have it (RFC 7515 §2): without padding, line breaks or unused bits that are
/// not zero, so that bytes have one spelling. nullopt: anything else.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace chat
