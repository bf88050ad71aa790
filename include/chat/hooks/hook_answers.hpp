#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"
#include "chat/core/message.hpp"
#include "chat/core/rights.hpp"

namespace chat {

/// Bytes of the result of a call, and of the answer of any hook.
inline constexpr std::size_t kHookAnswerBytes = 64 * 1024;
/// Publications, notifications and pages in the answer of a call, of each.
inline constexpr std::size_t kHookActions = 64;
/// Targets of one notification.
inline constexpr std::size_t kHookTargets = 256;

/// The user of a new connection.
struct HookUser {
  std::string subject;  // as the application names the user: 1 to 64 bytes, see is_user_id()
  std::string name;     // as to_user_name() makes it; empty: the client chooses
  std::string info;     // public JSON, at most 1 KiB; empty: none
};

/// To `connect`. Nothing set: the connection goes on as it would without the hook.
struct ConnectAnswer {
  std::optional<std::string> deny;  // the reason for the client, at most limits::kReasonBytes
  unsigned status = 403;            // of HTTP, with `deny`: 400 to 499
  std::optional<HookUser> user;
  std::vector<RoomRights> rooms;  // at most 64; granted like those of a token
  std::optional<UnixMs> expires_at;
};

/// To `join`. Nothing set: the rules of rooms decide.
struct JoinVerdict {
  std::optional<std::string> deny;
  std::optional<Rights> rights;  // instead of those of the rules
};

/// A message that the cluster appends for the application.
struct HookPublication {
  std::string room;
  Content content;
  std::string name;  // of the sender as others see it; empty: that of the node's settings
};

/// An event that the cluster pushes to sessions and does not store.
struct HookNotification {
  enum class Target : std::uint8_t { users, sessions, rooms };
  Target target = Target::users;
  std::vector<std::string> names;  // 1 to kHookTargets ids of users or sessions, or names of rooms
  std::string event;               // 1 to 64 bytes
  std::string data;                // JSON
  std::string except;              // of rooms: the user who does not get it; empty: all get it
};

/// The actions of the cluster for an answer: the publications, then the notifications, each in their order.
struct HookActions {
  std::vector<HookPublication> publish;
  std::vector<HookNotification> notify;
};

/// To `message`. Nothing set: the message is appended as it is.
struct MessageAnswer {
  std::optional<std::string> deny;
  std::optional<Content> content;  // instead of the sender's
  HookActions actions{};
};

/// To `call`. An error stands alone; a result and a page of results exclude each other.
struct CallAnswer {
  std::optional<std::string> result;  // JSON
  std::optional<std::string> error;   // the reason for the client, at most limits::kReasonBytes
  std::vector<std::string> items;     // JSON each: a page of a streamed result
  bool is_streamed = false;           // the answer has `results`, be it an empty list
  std::string next;                   // names the page that follows; empty: none does
  HookActions actions;
};

/// Answers from the body of a 200. A member that is unknown or not as described is an error.
/// Thread: any, several at once. Errors: bad_request, with a sentence that names the place.
Result<ConnectAnswer> connect_answer(std::string_view body);
Result<JoinVerdict> join_verdict(std::string_view body);
Result<MessageAnswer> message_answer(std::string_view body);
Result<CallAnswer> call_answer(std::string_view body);

}  // namespace chat
