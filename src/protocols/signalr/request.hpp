#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "chat/core/command.hpp"

namespace chat {

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
/// A streamed result is not wanted any more.
struct Cancel {
  RequestId id;
};
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

/// A request that any client could make, or one that only SignalR has.
using HubCommand = std::variant<Hello, Refresh, Join, Leave, Send, ReadHistory, ReadTrace, ListMembers, NotifyTyping,
                                Moderate, AskNode, WatchCluster, Call, AnswerAsk, Failure, OpenUpload, UploadItem,
                                EndUpload, Cancel, Acknowledge, Restart, Goodbye>;

inline HubCommand to_hub_command(Command command) {
  return std::visit([](auto& request) -> HubCommand { return std::move(request); }, command);
}

struct HubRequest {
  RequestId id;
  HubCommand command;
};

}  // namespace chat
