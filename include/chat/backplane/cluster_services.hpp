#pragma once

#include "chat/backplane/backplane.hpp"
#include "chat/backplane/cluster_events.hpp"
#include "chat/backplane/cluster_kv.hpp"
#include "chat/backplane/cluster_queue.hpp"
#include "chat/backplane/messenger.hpp"
#include "chat/backplane/node_registry.hpp"
#include "chat/backplane/presence_store.hpp"
#include "chat/backplane/room_directory.hpp"

namespace chat {

/// Everything nodes share, from one store. Destroy it only when its loop does not run.
class ClusterServices {
 public:
  virtual ~ClusterServices() = default;
  virtual Backplane& backplane() = 0;
  virtual PresenceStore& presence() = 0;
  virtual NodeRegistry& registry() = 0;
  virtual Messenger& messenger() = 0;
  virtual ClusterKv& kv() = 0;
  virtual RoomDirectory& directory() = 0;
  virtual ClusterQueue& queue() = 0;
  virtual ClusterEvents& events() = 0;
};

}  // namespace chat
