#pragma once

#include "chat/transport/http/http.hpp"

namespace chat {

/// What an accepted offer of compression is answered with: no context is taken over, see chat/codec/deflate.hpp.
inline constexpr const char* kDeflateAnswer =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/// Whether the request offers permessage-deflate in a form that we can keep to (RFC 7692 §7.1): we compress with the
/// largest window only.
bool offers_deflate(const HttpRequest& request);

}  // namespace chat
