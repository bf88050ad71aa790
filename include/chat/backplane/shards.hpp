#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/redis.hpp"
#include "chat/backplane/registry.hpp"

namespace chat {

/// Several independent stores as one, each with a part of the rooms. All nodes list the same stores in the same order:
/// a store that a node lists elsewhere than it was listed first stays unavailable there. If one is away, its rooms are;
/// presence, the list of nodes, claims of others and the secret go on. Throws nothing. Two stores at least.
std::unique_ptr<ClusterServices> make_sharded_services(boost::asio::io_context& loop,
                                                       std::vector<std::unique_ptr<ClusterServices>> stores);

/// redis-shards://[user:password@]host[:port],host[:port],…[/database][?prefix=NAME], or rediss-shards:// for TLS: 2 to
/// 64 servers, with what they share said once. Errors: bad_request with a sentence, which repeats nothing of the URL.
Result<std::vector<RedisUrl>> parse_redis_shards_url(std::string_view url, const BackplaneOptions& options);

/// The URL of the first server of such a list; any other URL as it is.
std::string first_redis_url(std::string_view url);

/// The schemes of parse_redis_shards_url().
BackplaneMaker redis_shards_backplane();

}  // namespace chat
