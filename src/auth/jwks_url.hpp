#pragma once

#include <string_view>

#include "chat/http/http_url.hpp"

namespace chat {

/// Where a JWK Set is: https://host[:port]/path[?query], or http:// if the host is this machine.
/// Errors: bad_request, with a sentence without its subject.
Result<HttpUrl> parse_jwks_url(std::string_view text);

}  // namespace chat
