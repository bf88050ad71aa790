#pragma once

#include "chat/codec/json/json_view.hpp"
#include "chat/core/message.hpp"

namespace chat {

/// The object in a stored message. Any program can write to the log: what cannot be read, or has more in it than
/// clients may say, becomes a message of null.
JsonView read_stored_body(Message& message);

}  // namespace chat
