#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/cluster_queue.hpp"
#include "chat/backplane/presence_store.hpp"
#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"

namespace chat {

/// A session of a node, or a room that has members there. The store remembers it until it ends, so that the other nodes
/// can tell its end if the node dies.
struct Holding {
  enum class Kind : char { session = 's', room = 'r' };
  Kind kind = Kind::session;
  std::string name;    // the session's id, or the room
  std::string user{};  // of a session: "<user id> <name>"
  auto operator<=>(const Holding&) const = default;
};

/// A holding has begun or ended.
struct HoldingChange {
  bool begins = true;
  Holding holding;
  std::string reason{};    // why a session has ended
  bool is_wanted = false;  // the application wants to hear of it
};

/// Changes of the holdings of one node, in their order.
struct HoldingChanges {
  NodeInstance instance;
  std::uint64_t number = 0;  // 1, 2, 3 …; a repetition of the last number has no effect. 0: the node is dead
  UnixMs time = 0;
  std::vector<HoldingChange> changes;
};

/// The queue of events as a whole.
struct EventBacklog {
  std::uint64_t waiting = 0;
  std::uint64_t dead = 0;
  std::uint64_t lost = 0;  // ever: the queue was full
};

/// Enqueues events for the application in ClusterQueue, in the same step as the change that they tell. The fields of an
/// entry are `event` and what belongs to it:
///   message_posted             room, epoch, offset, body (see Message::body)
///   connected, disconnected    time, node, session, user ("<user id> <name>"); of the second also reason
///   room_occupied, _vacated    time, node, room: the first node has members in it, the last one has none any more
/// Thread: the backplane loop. Errors: unavailable.
class ClusterEvents {
 public:
  static constexpr const char* kQueue = "hooks";
  static constexpr std::size_t kMaxEntries = 1'000'000;  // of the queue, unless told otherwise

  virtual ~ClusterEvents() = default;
  /// Before Backplane::start(). `wanted`: whether the messages of a room are events. `max_entries`: the queue takes no
  /// further events of this node above it, and counts those; the messages are stored all the same.
  virtual void enable(std::function<bool(std::string_view room)> wanted, std::size_t max_entries) = 0;
  /// A session that begins twice is one event; the end of a dead node's holding that ends twice, too.
  virtual void change(HoldingChanges changes, Completion<bool> done) = 0;
  /// Some holdings of a node from the cursor, and the next cursor; the first and the last one is "0". A holding may
  /// come twice.
  struct Page {
    std::vector<Holding> holdings;
    std::string next;
  };
  virtual void list(NodeInstance instance, std::string cursor, Completion<Page> done) = 0;
  /// The nodes that have holdings, dead ones too.
  virtual void instances(Completion<std::vector<NodeInstance>> done) = 0;
  virtual void backlog(Completion<EventBacklog> done) = 0;
};

}  // namespace chat
