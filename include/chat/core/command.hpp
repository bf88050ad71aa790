#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "chat/core/error.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/message.hpp"
#include "chat/core/position.hpp"

namespace chat {

/// A client's own mark on a request, echoed in the reply, in the form its protocol gave it. Empty: the client wants no
/// reply.
using RequestId = std::string;

/// Tells the client's identity and name; a later one changes the name.
struct Hello {
  std::optional<std::string> name;
  std::optional<std::string> identity_secret;  // a secret that makes several connections one person
  std::optional<std::string> producer;         // makes sends idempotent across connections, with Send::seq
  std::optional<std::string> token;            // shows who the user is
  std::optional<bool> trace{};                 // whether the client's messages are traced from here on
};

/// A newer token of the same user.
struct Refresh {
  std::string token;
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
  std::uint64_t seq = 0;            // 0: not given
  std::optional<std::string> name;  // the sender's name from here on
  std::string key{};                // the user's own mark: the room stores it once a day; empty: none. Not beside seq
};

struct ReadHistory {
  std::string room;
  std::optional<Offset> before;
  std::optional<Offset> after;  // the oldest above it, instead of the newest
  std::uint32_t limit = limits::kDefaultPageMessages;
};

/// Reads the hops of a traced message.
struct ReadTrace {
  std::string room;
  Offset offset = 0;
};

struct ListMembers {
  std::string room;
};

struct NotifyTyping {
  std::string room;
};

/// An order of a moderator about a user of the room.
struct Moderate {
  enum class Action : std::uint8_t { kick, mute, unmute, ban, unban };
  std::string room;
  std::string user;  // public id
  Action action = Action::kick;
  std::optional<std::uint64_t> seconds;  // of a mute or ban; none: until it is lifted
  std::string reason;                    // for the user
};

struct AskNode {};

/// Asks to be shown the cluster from now on, or no longer.
struct WatchCluster {
  bool on = true;
  bool details = false;  // what operators see, too
};

/// Calls a method of the application.
struct Call {
  std::string method;
  std::string arguments;  // JSON
  Failure unknown;        // the answer if the application has no such method, in the protocol's words
  std::string page{};     // of a result in pages: CallResult::next of the page before; empty: the first
};

/// The answer to an Ask: JSON, or a refusal in the client's words.
struct AnswerAsk {
  std::string id;
  Result<std::string> answer;
};

/// What a client asks for. A Failure stands for what could not be understood.
using Command = std::variant<Hello, Refresh, Join, Leave, Send, ReadHistory, ReadTrace, ListMembers, NotifyTyping,
                             Moderate, AskNode, WatchCluster, Call, AnswerAsk, Failure>;

struct Request {
  RequestId id;
  Command command;
};

}  // namespace chat
