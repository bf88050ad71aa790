#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chat/backplane/backplane.hpp"
#include "chat/backplane/cluster_kv.hpp"
#include "chat/backplane/messenger.hpp"
#include "chat/backplane/node_registry.hpp"
#include "chat/backplane/presence_store.hpp"

namespace chat {

/// Everything nodes share, from one source. Destroy it only when its loop does not run.
class ClusterServices {
 public:
  virtual ~ClusterServices() = default;
  virtual Backplane& backplane() = 0;
  virtual PresenceStore& presence() = 0;
  virtual NodeRegistry& registry() = 0;
  virtual Messenger& messenger() = 0;
  virtual ClusterKv& kv() = 0;
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
std::unique_ptr<ClusterServices> make_memory_backends(boost::asio::io_context& loop, std::shared_ptr<MemoryBus> bus);

/// What must hold before an append is acknowledged.
struct AckLevel {
  enum class Kind : std::uint8_t {
    stored,      // in Redis's memory, on its way to the disk as Redis is set up
    durable,     // on its disk: WAITAOF, or `appendfsync always`
    replicated,  // in so many replicas' memory too: WAIT
  };
  Kind kind = Kind::stored;
  std::uint32_t replicas = 1;
};

/// Where Redis is:
///   redis://[user:password@]host[:port][/database]                    rediss:// for TLS
///   redis-sentinel://[user:password@]host[:port][,…]/master[/database]  rediss-sentinel:// for TLS
///   redis+unix://[user:password@]/path[?db=database]
/// Behind each ?prefix=NAME may stand (&prefix=NAME behind ?db): clusters with other prefixes or other databases on one
/// Redis have nothing in common. IPv6 addresses stand in brackets; user and password may have %XX for any byte.
struct RedisUrl {
  struct Place {
    std::string host;
    std::string port = "6379";
  };
  std::vector<Place> places;  // of Redis, or of the Sentinels
  std::string path;           // of a Unix socket instead
  bool tls = false;           // certificates are verified, and must name the host
  std::string ca_file;        // of the authority that signed them; empty: those the system knows
  std::string master;         // the name Sentinels know it by; empty: no Sentinels
  std::string user;
  std::string password;
  std::string database;         // a number without leading zeros; empty: 0
  std::string prefix = "chat";  // of every key and channel
};
/// Errors: bad_request with a sentence, which repeats nothing of the URL. `password` is one from elsewhere.
Result<RedisUrl> parse_redis_url(std::string_view url, std::string_view password = {});

/// Redis 7.0 or newer, any number of nodes.
std::unique_ptr<ClusterServices> make_redis_backends(boost::asio::io_context& loop, RedisUrl url, Retention retention,
                                                     AckLevel level);

}  // namespace chat
