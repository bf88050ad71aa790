#pragma once

#include <string>
#include <vector>

#include "chat/backplane/presence_store.hpp"

namespace chat {

/// Hears which rooms have members on this node, and which nodes live. Thread: the loop of the rooms.
class RoomWatch {
 public:
  /// The first session has come to the room, or the last one has left it.
  virtual void on_room(const std::string& room, bool has_members) = 0;
  /// The store answers again, or has taken this node for dead: what it knows of this node may be wrong.
  virtual void on_doubt() = 0;
  /// The store stopped to answer.
  virtual void on_away() = 0;
  /// All nodes but these are dead.
  virtual void on_living(const std::vector<NodeInstance>& living) = 0;

 protected:
  ~RoomWatch() = default;
};

}  // namespace chat
