#pragma once

#include "chat/transport/http/http.hpp"

namespace chat {

/// The answer to an accepted offer of compression: no context is taken over, see chat/codec/deflate.hpp.
inline constexpr const char* kDeflateAnswer =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/// Whether the request offers permessage-deflate in a form that this server can keep to (RFC 7692 §7.1): it compresses
/// with the largest window only.
bool offers_deflate(const HttpRequest& request);

}  // namespace chat
