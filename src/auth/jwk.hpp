#pragma once

#include "auth/key.hpp"
#include "chat/codec/json/json_view.hpp"

namespace chat {

/// The key of a JWK (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2), an object. Private parts are not read.
KeyOrFault key_of_jwk(JsonView jwk);

}  // namespace chat
