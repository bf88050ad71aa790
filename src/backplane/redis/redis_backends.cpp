#include <utility>

#include "backplane/redis/redis_backplane.hpp"
#include "backplane/redis/redis_presence.hpp"
#include "backplane/redis/redis_registry.hpp"
#include "backplane/redis/redis_relay.hpp"
#include "chat/backplane/cluster_services.hpp"

namespace chat {
namespace {

class RedisBackends final : public ClusterServices {
 public:
  RedisBackends(boost::asio::io_context& loop, const RedisUrl& url, Retention retention, AckLevel level)
      : backplane_(loop, url, retention, level),
        presence_(backplane_),
        registry_(backplane_),
        relay_(loop, backplane_) {}
  Backplane& backplane() override { return backplane_; }
  PresenceStore& presence() override { return presence_; }
  NodeRegistry& registry() override { return registry_; }
  Relay& relay() override { return relay_; }

 private:
  redis::RedisBackplane backplane_;
  redis::RedisPresence presence_;
  redis::RedisRegistry registry_;
  redis::RedisRelay relay_;
};

}  // namespace

std::unique_ptr<ClusterServices> make_redis_backends(boost::asio::io_context& loop, RedisUrl url, Retention retention,
                                                     AckLevel level) {
  return std::make_unique<RedisBackends>(loop, url, retention, level);
}

}  // namespace chat
