#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "chat/core/close.hpp"
#include "chat/core/error.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/message.hpp"
#include "chat/core/position.hpp"

namespace chat {

/// A client's own mark on a request, echoed in the reply, in the form its codec gave it; in chat.v1 the JSON text it
/// came in (a number or a short string). Empty: the client wants no reply.
using RequestId = std::string;

/// Says who one is; may be said again to change the name.
struct Hello {
  std::optional<std::string> name;
  std::optional<std::string> guest;     // a secret that makes several connections one person
  std::optional<std::string> producer;  // makes sends idempotent across connections, with Send::n
};

struct Join {
  std::string room;
  std::optional<Position> cursor;  // the last message the client has
  std::uint32_t history = limits::kDefaultPageMessages;
};

struct Leave {
  std::string room;
};

struct Send {
  std::string room;
  Content content;
  std::uint64_t n = 0;              // 0: not given
  std::optional<std::string> name;  // what the sender is called from here on
};

struct ReadHistory {
  std::string room;
  std::optional<Offset> before;
  std::optional<Offset> after;  // the oldest above it, instead of the newest
  std::uint32_t limit = limits::kDefaultPageMessages;
};

struct ListMembers {
  std::string room;
};

struct NotifyTyping {
  std::string room;
};

struct AskNode {};

// ---- what only some protocols have ---------------------------------------------------------------------------------

/// The first thing a SignalR client says: the codec it goes on in.
struct Agree {
  std::string_view codec;  // its name
  bool resumable = false;  // the client counts messages, so that it can go on over another socket
};
/// There is no going on with this client.
struct Disagree {
  CloseReason reason;
};
/// Many messages follow, as a stream of the client's: each is `each` with a content of its own.
struct OpenUpload {
  std::string stream;
  Send each;
  RequestId each_id;
};
struct UploadItem {
  std::string stream;
  Result<Content> content;  // or why it is none
};
struct EndUpload {
  std::string stream;
  std::optional<Failure> failure{};  // why the client has broken it off
};
/// A stream is not wanted any more.
struct Cancel {};
/// The client has all messages up to this one.
struct Acknowledge {
  std::uint64_t last = 0;
};
/// The next message is this one: what the client says again after it has changed sockets.
struct Restart {
  std::uint64_t next = 0;
};
/// The client leaves.
struct Goodbye {};

/// What a client asks for. A Failure stands for what could not be understood.
using Command = std::variant<Hello, Join, Leave, Send, ReadHistory, ListMembers, NotifyTyping, AskNode, Failure, Agree,
                             Disagree, OpenUpload, UploadItem, EndUpload, Cancel, Acknowledge, Restart, Goodbye>;

struct Request {
  RequestId id;
  Command command;
};

}  // namespace chat
