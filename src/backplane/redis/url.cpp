#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "chat/backplane/factory.hpp"

namespace chat {
namespace {

constexpr std::string_view kPlain = "redis://";
constexpr std::string_view kSentinel = "redis-sentinel://";

bool is_number(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

Failure wrong(std::string why) { return {ErrorCode::bad_request, std::move(why)}; }

Result<RedisUrl::Place> parse_place(std::string_view text, std::string_view default_port) {
  const auto colon = text.rfind(':');
  if (text.empty() || colon == 0) return wrong("the host is missing");
  RedisUrl::Place place{std::string(text.substr(0, colon)), std::string(default_port)};
  if (colon == std::string_view::npos) return place;
  place.port = text.substr(colon + 1);
  if (place.host.size() > 2 && place.host.front() == '[' && place.host.back() == ']') {
    place.host = place.host.substr(1, place.host.size() - 2);  // an IPv6 address
  }
  if (place.port.empty() || place.port.size() > 5 || !is_number(place.port) || std::stoul(place.port) > 65535 ||
      std::stoul(place.port) == 0)
    return wrong("the port is a number from 1 to 65535");
  return place;
}

/// What stands before the next `mark`, which is taken off with it.
std::string_view take_until(std::string_view& text, char mark) {
  const auto end = text.find(mark);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

/// "prefix=NAME" behind the question mark. The name goes into keys, channels and ACL patterns as it is.
Result<std::string> parse_prefix(std::string_view query) {
  constexpr std::string_view kPrefix = "prefix=";
  if (!query.starts_with(kPrefix)) return wrong("only prefix=NAME may follow ?");
  query.remove_prefix(kPrefix.size());
  const bool good = query.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
  if (query.empty() || query.size() > 32 || !good) return wrong("a prefix has 1 to 32 of a-z 0-9 _ -");
  return std::string(query);
}

/// Redis has one way to write a number of a database; "007" and "7" must not be two clusters.
Result<std::string> parse_database(std::string_view text) {
  if (!is_number(text) || text.size() > 9) return wrong("the database after / is a number");
  text.remove_prefix(std::min(text.size(), text.find_first_not_of('0')));
  return std::string(text);
}

}  // namespace

Result<RedisUrl> parse_redis_url(std::string_view text) {
  const bool sentinel = text.starts_with(kSentinel);
  if (!sentinel && !text.starts_with(kPlain)) return wrong("it must start with redis:// or redis-sentinel://");
  text.remove_prefix(sentinel ? kSentinel.size() : kPlain.size());
  RedisUrl url;
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    auto who = text.substr(0, at);
    if (who.find(':') == std::string_view::npos) return wrong("a user needs a password: user:password@");
    url.user = take_until(who, ':');
    url.password = who;
    text.remove_prefix(at + 1);
  }
  if (const auto question = text.find('?'); question != std::string_view::npos) {
    const auto prefix = parse_prefix(text.substr(question + 1));
    if (!prefix) return prefix.error();
    url.prefix = *prefix;
    text = text.substr(0, question);
  }
  auto places = take_until(text, '/');
  do {
    const auto place =
        parse_place(sentinel ? take_until(places, ',') : std::exchange(places, {}), sentinel ? "26379" : "6379");
    if (!place) return place.error();
    url.places.push_back(*place);
  } while (!places.empty());
  if (sentinel) {
    url.master = take_until(text, '/');
    if (url.master.empty()) return wrong("the name of the master is missing after the Sentinels");
  }
  const auto database = parse_database(text);
  if (!database) return database.error();
  url.database = *database;
  return url;
}

}  // namespace chat
