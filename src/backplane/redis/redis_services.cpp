#include <utility>

#include "backplane/redis/redis_backplane.hpp"
#include "backplane/redis/redis_events.hpp"
#include "backplane/redis/redis_kv.hpp"
#include "backplane/redis/redis_messenger.hpp"
#include "backplane/redis/redis_presence.hpp"
#include "backplane/redis/redis_queue.hpp"
#include "backplane/redis/redis_registry.hpp"
#include "backplane/redis/redis_rooms.hpp"
#include "chat/backplane/redis.hpp"

namespace chat {
namespace {

class RedisServices final : public ClusterServices {
 public:
  RedisServices(boost::asio::io_context& loop, const RedisUrl& url, Retention retention, AckLevel level)
      : backplane_(loop, url, retention, level),
        presence_(backplane_),
        registry_(backplane_),
        messenger_(loop, backplane_),
        kv_(backplane_),
        directory_(backplane_),
        queue_(loop, backplane_),
        events_(backplane_) {}
  Backplane& backplane() override { return backplane_; }
  PresenceStore& presence() override { return presence_; }
  NodeRegistry& registry() override { return registry_; }
  Messenger& messenger() override { return messenger_; }
  ClusterKv& kv() override { return kv_; }
  RoomDirectory& directory() override { return directory_; }
  ClusterQueue& queue() override { return queue_; }
  ClusterEvents& events() override { return events_; }

 private:
  redis::RedisBackplane backplane_;
  redis::RedisPresence presence_;
  redis::RedisRegistry registry_;
  redis::RedisMessenger messenger_;
  redis::RedisKv kv_;
  redis::RedisRooms directory_;
  redis::RedisQueue queue_;
  redis::RedisEvents events_;
};

}  // namespace

std::unique_ptr<ClusterServices> make_redis_services(boost::asio::io_context& loop, const RedisUrl& url,
                                                     Retention retention, AckLevel level) {
  return std::make_unique<RedisServices>(loop, url, retention, level);
}

BackplaneMaker redis_backplane() {
  return {"redis",
          {"redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis+unix"},
          [](std::string_view text, const BackplaneOptions& options) {
            const auto url = parse_redis_url(text, options.password);
            return url ? std::string() : url.error().message;
          },
          [](boost::asio::io_context& loop, std::string_view text, const BackplaneOptions& options) {
            auto url = *parse_redis_url(text, options.password);
            url.ca_file = options.ca_file;
            url.program = options.program;
            return make_redis_services(loop, url, options.retention, options.ack);
          }};
}

}  // namespace chat
