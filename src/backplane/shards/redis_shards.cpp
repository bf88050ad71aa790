#include <algorithm>
#include <utility>

#include "chat/backplane/redis.hpp"
#include "chat/backplane/shards.hpp"

namespace chat {
namespace {

constexpr std::size_t kMaxShards = 64;

Failure wrong_list(std::string why) { return {ErrorCode::bad_request, std::move(why)}; }

/// "redis-shards://[user:password@]a,b,c[/database][?prefix=NAME]" → a URL of one Redis for each place.
std::vector<std::string> urls_of(std::string_view url) {
  const auto begin = url.find("://") + 3;
  const std::string scheme = url.starts_with("rediss") ? "rediss://" : "redis://";
  const auto path = url.find_first_of("/?", begin);
  const std::string rest(path == std::string_view::npos ? std::string_view{} : url.substr(path));
  auto places = url.substr(begin, path == std::string_view::npos ? path : path - begin);
  const auto at = places.rfind('@');
  const std::string user(at == std::string_view::npos ? std::string_view{} : places.substr(0, at + 1));
  places.remove_prefix(user.size());
  std::vector<std::string> urls;
  for (;;) {
    const auto comma = places.find(',');
    urls.push_back(scheme + user + std::string(places.substr(0, comma)) + rest);
    if (comma == std::string_view::npos) return urls;
    places.remove_prefix(comma + 1);
  }
}

bool is_list(std::string_view url) { return url.starts_with("redis-shards://") || url.starts_with("rediss-shards://"); }

bool is_same(const RedisUrl& a, const RedisUrl& b) {
  return a.places.front().host == b.places.front().host && a.places.front().port == b.places.front().port;
}

}  // namespace

std::string first_redis_url(std::string_view url) { return is_list(url) ? urls_of(url).front() : std::string(url); }

Result<std::vector<RedisUrl>> parse_redis_shards_url(std::string_view text, const BackplaneOptions& options) {
  if (!is_list(text)) return wrong_list("it starts with redis-shards:// or rediss-shards://");
  std::vector<RedisUrl> shards;
  for (const auto& one : urls_of(text)) {
    auto url = parse_redis_url(one, options.password);
    if (!url) return url.error();
    for (const auto& other : shards) {
      if (is_same(*url, other)) return wrong_list("the same Redis is listed twice");
    }
    url->ca_file = options.ca_file;
    url->program = options.program;
    shards.push_back(*std::move(url));
  }
  for (std::size_t i = 0; i < shards.size(); ++i) {
    shards[i].place = std::to_string(i + 1) + " of " + std::to_string(shards.size());
  }
  if (shards.size() < 2) return wrong_list("it lists two Redis servers at least: redis-shards://host:port,host:port");
  if (shards.size() > kMaxShards) return wrong_list("it lists 64 Redis servers at most");
  return shards;
}

BackplaneMaker redis_shards_backplane() {
  return {"redis-shards",
          {"redis-shards", "rediss-shards"},
          [](std::string_view text, const BackplaneOptions& options) {
            const auto shards = parse_redis_shards_url(text, options);
            return shards ? std::string() : shards.error().message;
          },
          [](boost::asio::io_context& loop, std::string_view text, const BackplaneOptions& options) {
            std::vector<std::unique_ptr<ClusterServices>> stores;
            for (const auto& url : *parse_redis_shards_url(text, options)) {
              stores.push_back(make_redis_services(loop, url, options.retention, options.ack));
            }
            return make_sharded_services(loop, std::move(stores));
          }};
}

}  // namespace chat
