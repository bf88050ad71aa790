#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chat {

/// Raw digests; the only place that knows OpenSSL.
std::string sha1(std::string_view bytes);
std::string sha256(std::string_view bytes);
/// Proves that its maker knew `key` (RFC 2104).
std::string hmac_sha256(std::string_view key, std::string_view bytes);
/// Equality that tells by its time nothing about where two texts differ.
bool is_same_secret(std::string_view left, std::string_view right);

/// Base64 with padding (RFC 4648 §4) and its URL-safe form without padding (§5).
std::string to_base64(std::string_view bytes);
std::string to_base64url(std::string_view bytes);

/// Base32 (RFC 4648 §6) in lower case without padding.
std::string to_base32(std::string_view bytes);
/// The inverse; empty if `letters` are not of that form. Spare bits of the last letter are ignored.
std::string from_base32(std::string_view letters);

/// Lower-case hexadecimal digits.
std::string to_hex(std::string_view bytes);

/// Random bytes that cannot be guessed.
std::string random_bytes(std::size_t count);
/// The same as 2 × count hexadecimal digits.
std::string random_hex(std::size_t count);

}  // namespace chat
