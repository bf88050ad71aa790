#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chat/core/cluster_seen.hpp"
#include "chat/core/error.hpp"
#include "chat/core/message.hpp"
#include "chat/core/names.hpp"
#include "chat/core/notice.hpp"
#include "chat/core/position.hpp"
#include "chat/core/rights.hpp"

/// The events that a client gets. Wire form and meaning: src/protocols/README.md.
namespace chat {

struct Welcome {
  std::string node;
  std::string session;
  User user;
  std::string sender;
  std::uint32_t messages_per_second = 0;  // 0: no limit
  std::uint32_t message_burst = 0;
  UnixMs expires = 0;  // of the token; 0: there is none, or it does not expire
};

/// The token is accepted in place of the one before.
struct Refreshed {
  UnixMs expires = 0;
};

/// The token ends soon: the client should send a newer one.
struct TokenExpiring {
  UnixMs expires = 0;
};

/// A moderator's order is carried out.
struct Moderated {};

/// The session is no longer in the room, and why.
struct Removed {
  std::string room;
  std::string reason;
};

struct Joined {
  std::string room;
  Position position;       // after `messages`; later ones come as pushes
  bool recovered = false;  // messages are exactly those behind the cursor
  std::vector<Message> messages;
  std::size_t members = 0;
  std::optional<Rights> rights{};  // of the session; none: the cluster knows no users
};

struct Left {
  std::string room;
};

struct Ack {
  std::string room;
  Position position;
  bool duplicate = false;
};

struct Page {
  std::string room;
  Epoch epoch;
  std::vector<Message> messages;
  bool more = false;
  Offset begins = 0;  // the log's first message, told where the page comes to it and earlier ones were trimmed
};

/// The hops of a traced message, each as its node has reported it, in JSON. None: the message is not traced, or its
/// trace is over.
struct MessageTrace {
  std::string room;
  Position position;
  std::vector<std::string> hops;
};

/// A user in a room, and the nodes that the user's tabs are on.
struct Member {
  User user;
  std::vector<std::string> nodes;
};

struct Members {
  std::string room;
  std::uint64_t version = 0;
  std::vector<Member> members;  // at most limits::kPeopleListed
  std::size_t count = 0;
};

struct NodeAnswer {
  std::string node;
  std::string session;
  std::string user_id;
};

/// The session is shown the cluster from now on, or no longer.
struct Watching {
  bool on = false;
};

/// The answer of the application to a call.
struct CallResult {
  std::string result;    // JSON
  bool is_list = false;  // the result is the items of a stream
  std::string next{};    // the list goes on: Call::page for its next part
};

/// A question of the application, which waits for the client's answer.
struct Ask {
  std::string id;  // begins with kAskPrefix
  std::string method;
  std::string arguments;  // JSON: a list
};
inline constexpr std::string_view kAskPrefix = "ask-";

/// Done, for requests without another reply. Nothing in protocols that answer those with nothing.
struct Done {};

/// One stored message on its way to the members of its room.
struct Published {
  std::string_view room;
  std::string_view epoch;
  const Message* message = nullptr;
};

struct PresenceChanged {
  std::string room;
  std::uint64_t version = 0;
  std::vector<Member> joined;
  std::vector<Member> left;
  std::size_t count = 0;
};

struct Typing {
  std::string room;
  User from;
};

/// All missed messages have been sent; later ones are live.
struct CaughtUp {
  std::string room;
  Offset offset = 0;
};

struct Rewound {
  std::string room;
  Position top;  // the messages above it are gone
};

struct Reset {
  std::string room;
  Epoch epoch;
  std::string_view reason;  // "trimmed" | "wiped"
};

struct Reconnect {
  Milliseconds after{0};
};

struct Degraded {
  bool available = false;  // whether the store answers
  std::string room{};      // the only room that is concerned; empty: all
};

using Event = std::variant<Welcome, Refreshed, TokenExpiring, Moderated, Removed, Joined, Left, Ack, Page, MessageTrace,
                           Members, NodeAnswer, Watching, ClusterSeen, CallResult, Done, Published, PresenceChanged,
                           Typing, Notice, Ask, CaughtUp, Rewound, Reset, Reconnect, Degraded, Failure>;

/// Whether an event is a passing hint, dropped first when a client falls behind.
inline bool is_ephemeral(const Event& event) {
  return std::holds_alternative<Typing>(event) || std::holds_alternative<PresenceChanged>(event) ||
         std::holds_alternative<Notice>(event) || std::holds_alternative<ClusterSeen>(event);
}

}  // namespace chat
