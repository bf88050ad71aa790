#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "chat/backplane/backplane.hpp"
#include "chat/backplane/node_registry.hpp"
#include "chat/backplane/presence_store.hpp"

namespace chat {

/// Everything nodes share, from one source. Destroy it only when its loop does not run.
class Backends {
 public:
  virtual ~Backends() = default;
  virtual Backplane& backplane() = 0;
  virtual PresenceStore& presence() = 0;
  virtual NodeRegistry& registry() = 0;
};

/// How much of a room is kept.
struct Retention {
  std::uint32_t messages = 1000;
  Seconds idle{7 * 24 * 3600};  // a room nobody wrote to for so long is forgotten
};

/// What several in-process nodes share; one node makes its own.
class MemoryBus;
std::shared_ptr<MemoryBus> make_memory_bus(Retention retention);

/// One node, or several that share a bus and a loop (tests).
std::unique_ptr<Backends> make_memory_backends(boost::asio::io_context& loop, std::shared_ptr<MemoryBus> bus);

/// Where Redis is: redis://[user:password@]host[:port][/database].
struct RedisUrl {
  std::string host = "127.0.0.1";
  std::string port = "6379";
  std::string user;
  std::string password;
  std::string database;
};
/// Errors: bad_request with a sentence.
Result<RedisUrl> parse_redis_url(std::string_view url);

/// Redis 7.0 or newer, any number of nodes.
std::unique_ptr<Backends> make_redis_backends(boost::asio::io_context& loop, RedisUrl url, Retention retention);

}  // namespace chat
