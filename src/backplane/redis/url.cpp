#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "backplane/url_parts.hpp"
#include "chat/backplane/redis.hpp"

// No sentence here repeats a part of the URL: any part may be a password, or a piece of one that needs %XX.
namespace chat {
namespace {

struct Scheme {
  std::string_view text;
  bool tls, sentinel, local;
};
constexpr std::array<Scheme, 5> kSchemes{{{"redis://", false, false, false},
                                          {"rediss://", true, false, false},
                                          {"redis-sentinel://", false, true, false},
                                          {"rediss-sentinel://", true, true, false},
                                          {"redis+unix://", false, false, true}}};

using url_parts::take_until;
using url_parts::wrong;

bool is_number(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

Result<bool> parse_user(RedisUrl& url, std::string_view& text, std::string_view password) {
  auto found = url_parts::take_credentials(text, password);
  if (!found) return found.error();
  url.user = std::move(found->user);
  url.password = std::move(found->password);
  if (!url.user.empty() && url.password.empty()) return wrong("a user needs a password: user:password@");
  return true;
}

/// Redis has one way to write a number of a database; "007" and "7" must not be two clusters.
Result<bool> parse_database(RedisUrl& url, std::string_view text) {
  if (!is_number(text) || text.size() > 9) return wrong("the database is a number");
  text.remove_prefix(std::min(text.size(), text.find_first_not_of('0')));
  url.database = text;
  return true;
}

/// The prefix goes into keys, channels and ACL patterns as it is.
Result<bool> parse_option(RedisUrl& url, std::string_view option, bool local) {
  const auto name = take_until(option, '=');
  if (name == "db" && local) return parse_database(url, option);
  if (name != "prefix") return wrong("only prefix=NAME may follow ?, and db=NUMBER for redis+unix");
  const bool good = option.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
  if (option.empty() || option.size() > 32 || !good) return wrong("a prefix has 1 to 32 of a-z 0-9 _ -");
  url.prefix = option;
  return true;
}

Result<bool> parse_options(RedisUrl& url, std::string_view& text, bool local) {
  const auto question = text.find('?');
  if (question == std::string_view::npos) return true;
  auto options = text.substr(question + 1);
  text = text.substr(0, question);
  do {
    if (const auto option = parse_option(url, take_until(options, '&'), local); !option) return option;
  } while (!options.empty());
  return true;
}

/// "host:port[,host:port…][/master][/database]".
Result<bool> parse_places(RedisUrl& url, std::string_view text, bool sentinel) {
  auto places = take_until(text, '/');
  do {
    auto place = url_parts::parse_place(take_until(places, sentinel ? ',' : '\0'), sentinel ? "26379" : "6379");
    if (!place) return place.error();
    url.places.push_back({std::move(place->host), std::move(place->port)});
  } while (!places.empty());
  if (sentinel) {
    url.master = take_until(text, '/');
    if (url.master.empty()) return wrong("the name of the master is missing after the Sentinels");
  }
  return parse_database(url, text);
}

}  // namespace

Result<RedisUrl> parse_redis_url(std::string_view text, std::string_view password) {
  const auto scheme =
      std::find_if(kSchemes.begin(), kSchemes.end(), [text](const Scheme& one) { return text.starts_with(one.text); });
  if (scheme == kSchemes.end()) return wrong("it starts with redis://, rediss://, redis-sentinel:// or redis+unix://");
  text.remove_prefix(scheme->text.size());
  RedisUrl url;
  url.tls = scheme->tls;
  if (const auto user = parse_user(url, text, password); !user) return user.error();
  if (const auto options = parse_options(url, text, scheme->local); !options) return options.error();
  if (scheme->local) {
    constexpr std::size_t kMaxPathBytes = 107;  // the longest path of a sockaddr_un
    if (!text.starts_with('/') || text.size() > kMaxPathBytes)
      return wrong("the path of the socket begins with / and has at most 107 bytes");
    url.path = text;
    return url;
  }
  if (const auto places = parse_places(url, text, scheme->sentinel); !places) return places.error();
  return url;
}

}  // namespace chat
