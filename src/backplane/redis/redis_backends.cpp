#include <utility>

#include "backplane/redis/redis_backplane.hpp"
#include "backplane/redis/redis_presence.hpp"
#include "backplane/redis/redis_registry.hpp"
#include "chat/backplane/factory.hpp"

namespace chat {
namespace {

class RedisBackends final : public Backends {
 public:
  RedisBackends(boost::asio::io_context& loop, const RedisUrl& url, Retention retention)
      : backplane_(loop, url, retention), presence_(backplane_), registry_(backplane_) {}
  Backplane& backplane() override { return backplane_; }
  PresenceStore& presence() override { return presence_; }
  NodeRegistry& registry() override { return registry_; }

 private:
  redis::RedisBackplane backplane_;
  redis::RedisPresence presence_;
  redis::RedisRegistry registry_;
};

}  // namespace

std::unique_ptr<Backends> make_redis_backends(boost::asio::io_context& loop, RedisUrl url, Retention retention) {
  return std::make_unique<RedisBackends>(loop, url, retention);
}

Result<RedisUrl> parse_redis_url(std::string_view text) {
  const auto wrong = [](std::string why) { return Failure{ErrorCode::bad_request, std::move(why)}; };
  constexpr std::string_view scheme = "redis://";
  if (!text.starts_with(scheme)) return wrong("it must start with redis://");
  text.remove_prefix(scheme.size());
  RedisUrl url;
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    const auto who = text.substr(0, at);
    const auto colon = who.find(':');
    if (colon == std::string_view::npos) return wrong("a user needs a password: user:password@");
    url.user = who.substr(0, colon);
    url.password = who.substr(colon + 1);
    text.remove_prefix(at + 1);
  }
  const auto slash = text.find('/');
  const auto place = text.substr(0, slash);
  if (slash != std::string_view::npos) url.database = text.substr(slash + 1);
  const auto is_number = [](std::string_view s) { return s.find_first_not_of("0123456789") == std::string_view::npos; };
  if (!is_number(url.database)) return wrong("the database after / is a number");
  const auto colon = place.rfind(':');
  if (place.empty() || colon == 0) return wrong("the host is missing");
  url.host = place.substr(0, colon);
  if (colon != std::string_view::npos) {
    url.port = place.substr(colon + 1);
    if (url.port.empty() || url.port.size() > 5 || !is_number(url.port)) return wrong("the port is a number");
  }
  return url;
}

}  // namespace chat
