#pragma once

#include <string>
#include <variant>
#include <vector>

#include "chat/backplane/backplane.hpp"
#include "chat/codec/format.hpp"
#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "chat/core/names.hpp"
#include "chat/rooms/session_ref.hpp"
#include "chat/rooms/usage_meters.hpp"

/// What shards and the hub write to each other. Values only: nothing in here points into another thread.
namespace chat {

namespace to_hub {
/// Each join but those `again` is followed by exactly one Leave, however it ends.
struct Join {
  SessionRef who;
  RequestId id;
  chat::Join join;
  User user;
  bool again = false;  // the session is in the room already and wants to be brought up to date
};
/// A session that is catching up has room for the next page.
struct ContinueReplay {
  SessionRef who;
  std::string room;
  Offset after = 0;
  std::uint32_t replay = 0;  // the session's number of it
};
struct Leave {
  SessionRef who;
  std::string room;
  User user;
};
/// Somebody is called otherwise, or is somebody else, from now on.
struct Rename {
  std::string room;
  User before;
  User user;
};
struct Send {
  SessionRef who;
  RequestId id;
  Append append;
  Payer payer;
};
struct ReadHistory {
  SessionRef who;
  RequestId id;
  chat::ReadHistory query;
};
struct ListMembers {
  SessionRef who;
  RequestId id;
  std::string room;
};
struct NotifyTyping {
  std::string room;
  User user;
};
}  // namespace to_hub
using HubMail = std::variant<to_hub::Join, to_hub::ContinueReplay, to_hub::Leave, to_hub::Rename, to_hub::Send,
                             to_hub::ReadHistory, to_hub::ListMembers, to_hub::NotifyTyping>;

namespace to_shard {
/// An answer for one session.
struct Answer {
  SessionRef who;
  RequestId id;
  Event event;
};
/// A join that succeeded. From here on the session is a member; with `more`, only after the replay that follows.
struct Admitted {
  SessionRef who;
  RequestId id;
  std::vector<Event> before;  // what became of the client's cursor
  Joined joined;
  bool more = false;
};
/// A page of what a session missed, up to `end`; after the last one it is a member.
struct Replayed {
  SessionRef who;
  std::string room;
  SharedBytes frames;
  Offset end = 0;
  bool last = false;
  std::uint32_t replay = 0;
};
struct JoinRefused {
  SessionRef who;
  RequestId id;
  std::string room;
  Failure failure;
};
/// The same bytes for every member of a room, but not for the person named.
struct ToRoom {
  std::string room;
  PerFormat<SharedBytes> frames;
  std::size_t messages = 0;  // 0: ephemeral
  std::string except_user;
};
/// The same bytes for every session.
struct ToAll {
  PerFormat<SharedBytes> frames;
};
/// The node is leaving: tell clients when to come back, over this time.
struct Drain {
  Milliseconds over{0};
};
/// The node cannot serve them: tell clients when to try another one, over this time. Those that stay may.
struct Move {
  Milliseconds over{0};
};
/// What is still open is closed now.
struct CloseAll {};
}  // namespace to_shard
using ShardMail = std::variant<to_shard::Answer, to_shard::Admitted, to_shard::Replayed, to_shard::JoinRefused,
                               to_shard::ToRoom, to_shard::ToAll, to_shard::Drain, to_shard::Move, to_shard::CloseAll>;

}  // namespace chat
