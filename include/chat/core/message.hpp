#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "chat/base/clock.hpp"
#include "chat/core/names.hpp"
#include "chat/core/position.hpp"
#include "chat/core/shared_bytes.hpp"

namespace chat {

/// The content of a message: text, or any JSON.
struct Content {
  enum class Kind : std::uint8_t { text, data };
  Kind kind = Kind::text;
  std::string value;  // the text itself, or compact JSON
};

/// A message that has no offset yet.
struct Draft {
  User from;
  Content content;
  UnixMs time = 0;        // by the clock of the node that took it
  std::string node;       // that node's id
  std::string sender;     // stands for (user, producer), see Session; may be the user's id
  std::uint64_t seq = 0;  // the sender's own count in this room: 1, 2, 3 …; 0: sent without
  std::string trace{};    // traceparent, see trace_mark.hpp; empty: the message is not traced
};

/// A stored message. `body` is the JSON object that stands in the room's log and, with room, epoch and offset put in
/// front, goes to most clients as it is: {"from":{…},"text":"…","time":…,"node":"…","sender":"…","seq":…}, `sender`
/// only where it is not from.id, and `trace` behind all others where the message is traced.
struct Message {
  Offset offset = 0;
  SharedBytes body;
};

/// The body of a draft.
std::string encode_body(const Draft& draft);

/// When the message of a body was taken; 0: the body does not say.
UnixMs time_of(std::string_view body);

/// Makes a body of bytes from the log or the channel, to which any program can write. One line of UTF-8, not too long,
/// with something between its braces, is kept; anything else becomes {"data":null}, so that its offset is still a
/// message.
SharedBytes decode_body(std::string_view body);

}  // namespace chat
