#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chat/backplane/backplane.hpp"
#include "chat/codec/format.hpp"
#include "chat/core/command.hpp"
#include "chat/core/event.hpp"
#include "chat/core/names.hpp"
#include "chat/core/principal.hpp"
#include "chat/core/rights.hpp"
#include "chat/core/room_settings.hpp"
#include "chat/rooms/hop_collector.hpp"
#include "chat/rooms/session_ref.hpp"
#include "chat/rooms/trace_sink.hpp"
#include "chat/rooms/usage_meters.hpp"

/// The mail between the shards and the rooms of a node: values, without pointers into another thread.
namespace chat {

/// Requests of a session; RoomMailbox calls RoomService for each, see there.
namespace to_rooms {
/// Each join but those `again` is followed by exactly one Leave, however it ends.
struct Join {
  SessionRef session;
  RequestId id;
  chat::Join join;
  User user;
  const RoomSettings* settings;
  bool again = false;  // the session is in the room already and wants the messages that it missed
  bool may_create = true;
  std::string session_id{};
  std::uint64_t caller = 0;  // see Asker
};
/// A session that is catching up has room for the next page.
struct ContinueReplay {
  SessionRef session;
  std::string room;
  Offset after = 0;
  std::uint32_t replay = 0;  // the session's number of it
};
struct Leave {
  SessionRef session;
  std::string room;
  User user;
  std::string reason{};  // why it was taken out; empty: it has left by itself
};
/// The user of a session has another name, or is another user, from now on.
struct Rename {
  SessionRef session;
  std::string room;
  User before;
  User user;
};
struct Send {
  SessionRef session;
  RequestId id;
  Append append;
  Payer payer;
  std::string session_id{};
  Principal principal{};  // where an application decides: it may lose its right meanwhile
  std::uint64_t caller = 0;
  std::shared_ptr<Intake> intake{};  // null: the message is not traced
};
struct ReadHistory {
  SessionRef session;
  RequestId id;
  chat::ReadHistory query;
};
struct ReadTrace {
  SessionRef session;
  RequestId id;
  chat::ReadTrace query;
};
struct ListMembers {
  SessionRef session;
  RequestId id;
  std::string room;
};
struct Moderate {
  SessionRef session;
  RequestId id;
  chat::Moderate order;
  std::string by;
};
struct NotifyTyping {
  std::string room;
  User user;
};
/// A word for the members of a room, on all nodes.
struct Notify {
  std::string room;
  std::string event;
  std::string data;  // JSON
};
struct Call {
  SessionRef session;
  RequestId id;
  std::string session_id;
  User user;
  chat::Call call;
  std::uint64_t caller = 0;
};
/// For a session that may not read the log: its join brings no message, and its cursor is worth nothing.
inline void without_history(chat::Join& join) {
  join.history = 0;
  join.cursor.reset();
}

}  // namespace to_rooms
using RoomMail = std::variant<to_rooms::Join, to_rooms::ContinueReplay, to_rooms::Leave, to_rooms::Rename,
                              to_rooms::Send, to_rooms::ReadHistory, to_rooms::ListMembers, to_rooms::NotifyTyping,
                              to_rooms::Moderate, to_rooms::Notify, to_rooms::Call, to_rooms::ReadTrace, WrittenBatch>;

namespace to_shard {
/// An answer for one session.
struct Answer {
  SessionRef session;
  RequestId id;
  Event event;
};
/// A join that succeeded. From here on the session is a member; with `more`, only after the replay that follows.
struct Admitted {
  SessionRef session;
  RequestId id;
  std::vector<Event> before;  // tells how the client's cursor was changed
  Joined joined;
  bool more = false;
  std::optional<Rights> kept{};  // of those that the rules give; nullopt: all
};
/// A page of the messages that a session missed, up to `end`; after the last one it is a member.
struct Replayed {
  SessionRef session;
  std::string room;
  SharedBytes frames;
  Offset end = 0;
  bool last = false;
  std::uint32_t replay = 0;
};
struct JoinRefused {
  SessionRef session;
  RequestId id;
  std::string room;
  Failure failure;
};
/// The same bytes for every member of a room except one user.
struct ToRoom {
  std::string room;
  Frames frames;
  std::size_t messages = 0;  // 0: ephemeral
  std::string except_user;
  bool for_watchers = false;  // only for members with the right to see the people
  bool is_traced = false;     // the shard tells the rooms when it has written the frames
  Position last{};            // where members stand in the log behind the frames; no offset: as before
};
/// The same bytes for every session.
struct ToAll {
  Frames frames;
};
/// The node is leaving: tell clients when to come back, over this time.
struct Drain {
  Milliseconds over{0};
};
/// Tell clients when to try another node, over this time. Clients may stay.
struct Move {
  Milliseconds over{0};
  double share = 1;  // of them, drawn by chance
};
/// For the sessions that watch the cluster.
struct Seen {
  std::shared_ptr<const ClusterSeen> cluster;
  std::shared_ptr<const ClusterSeen> detailed{};  // for operators; null: none watches on this node
};
/// The rights of principals have changed.
struct Recheck {};
/// Close the sessions that are still open.
struct CloseAll {};
}  // namespace to_shard
using ShardMail = std::variant<to_shard::Answer, to_shard::Admitted, to_shard::Replayed, to_shard::JoinRefused,
                               to_shard::ToRoom, to_shard::ToAll, to_shard::Drain, to_shard::Move, to_shard::Seen,
                               to_shard::Recheck, to_shard::CloseAll>;

}  // namespace chat
