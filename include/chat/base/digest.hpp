#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chat {

/// Raw digests; the only place that knows OpenSSL.
std::string sha1(std::string_view bytes);
std::string sha256(std::string_view bytes);

/// Base64 with padding (RFC 4648 §4) and its URL-safe form without padding (§5).
std::string to_base64(std::string_view bytes);
std::string to_base64url(std::string_view bytes);

/// Lower-case hexadecimal digits.
std::string to_hex(std::string_view bytes);
/// And back; empty if it is none.
std::string from_hex(std::string_view digits);

/// Bytes nobody can guess.
std::string random_bytes(std::size_t count);
/// The same as 2 × count hexadecimal digits.
std::string random_hex(std::size_t count);

}  // namespace chat
