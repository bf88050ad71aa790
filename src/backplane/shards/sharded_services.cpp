#include <utility>

#include "backplane/shards/sharded_backplane.hpp"
#include "backplane/shards/sharded_directory.hpp"
#include "backplane/shards/sharded_events.hpp"
#include "backplane/shards/sharded_kv.hpp"
#include "backplane/shards/sharded_messenger.hpp"
#include "backplane/shards/sharded_presence.hpp"
#include "backplane/shards/sharded_queue.hpp"
#include "backplane/shards/sharded_registry.hpp"
#include "chat/backplane/shards.hpp"

namespace chat {
namespace {

class ShardedServices final : public ClusterServices {
 public:
  ShardedServices(boost::asio::io_context& loop, std::vector<std::unique_ptr<ClusterServices>> stores)
      : stores_(loop, std::move(stores)) {}
  Backplane& backplane() override { return backplane_; }
  PresenceStore& presence() override { return presence_; }
  NodeRegistry& registry() override { return registry_; }
  Messenger& messenger() override { return messenger_; }
  ClusterKv& kv() override { return kv_; }
  RoomDirectory& directory() override { return directory_; }
  ClusterQueue& queue() override { return queue_; }
  ClusterEvents& events() override { return events_; }

 private:
  shards::Stores stores_;
  shards::ShardedBackplane backplane_{stores_};
  shards::ShardedPresence presence_{stores_};
  shards::ShardedRegistry registry_{stores_};
  shards::ShardedMessenger messenger_{stores_, backplane_};
  shards::ShardedKv kv_{stores_, backplane_};
  shards::ShardedDirectory directory_{stores_};
  shards::ShardedQueue queue_{stores_};
  shards::ShardedEvents events_{stores_};
};

}  // namespace

std::unique_ptr<ClusterServices> make_sharded_services(boost::asio::io_context& loop,
                                                       std::vector<std::unique_ptr<ClusterServices>> stores) {
  return std::make_unique<ShardedServices>(loop, std::move(stores));
}

}  // namespace chat
