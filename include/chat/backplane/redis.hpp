#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/cluster_services.hpp"
#include "chat/backplane/options.hpp"
#include "chat/backplane/registry.hpp"

namespace chat {

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
  std::string database;           // a number without leading zeros; empty: 0
  std::string prefix = "chat";    // of every key and channel
  std::string place;              // "2 of 3": one of several that share the rooms; empty: it has all rooms
  std::string program = "chatd";  // in the names of the connections, which CLIENT LIST shows
};
/// Errors: bad_request with a sentence, which repeats nothing of the URL. `password` is one from elsewhere.
Result<RedisUrl> parse_redis_url(std::string_view url, std::string_view password = {});

/// Redis 7.0 or newer, any number of nodes.
std::unique_ptr<ClusterServices> make_redis_services(boost::asio::io_context& loop, const RedisUrl& url,
                                                     Retention retention, AckLevel level);

/// The schemes of RedisUrl.
BackplaneMaker redis_backplane();

}  // namespace chat
