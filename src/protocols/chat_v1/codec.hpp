#pragma once

#include "chat/codec/codec.hpp"

namespace chat {

/// chat.v1's events in JSON text.
const Codec& json_codec();

}  // namespace chat
