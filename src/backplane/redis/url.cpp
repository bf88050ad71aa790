#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

bool is_number(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

Failure wrong(std::string why) { return {ErrorCode::bad_request, std::move(why)}; }

/// Takes the text before the next `mark` off, and the mark with it.
std::string_view take_until(std::string_view& text, char mark) {
  const auto end = text.find(mark);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

/// RFC 3986 §2.1.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned byte = 0;
    const auto digits = text.substr(i + 1, 2);
    const auto [after, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (error != std::errc{} || digits.size() < 2 || after != digits.data() + 2) return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

/// "host", "host:port", "[IPv6]" or "[IPv6]:port".
Result<RedisUrl::Place> parse_place(std::string_view text, std::string_view default_port) {
  RedisUrl::Place place{{}, std::string(default_port)};
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || end < 2) return wrong("an IPv6 address stands in brackets: [::1]");
    place.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (!text.empty() && text.front() != ':') return wrong("only :port may follow the address in brackets");
  } else {
    place.host = text.substr(0, text.find(':'));
    text.remove_prefix(place.host.size());
  }
  if (place.host.empty()) return wrong("the host is missing");
  if (text.empty()) return place;
  place.port = text.substr(1);
  unsigned port = 0;
  const char* const end = place.port.data() + place.port.size();
  const auto [after, error] = std::from_chars(place.port.data(), end, port);
  if (error != std::errc{} || after != end || port == 0 || port > 65535) {
    return wrong("the port is a number from 1 to 65535 (an @, / or ? in a password must be written %40, %2F, %3F)");
  }
  return place;
}

Result<bool> parse_user(RedisUrl& url, std::string_view& text, std::string_view password) {
  const auto at = text.rfind('@');
  if (at != std::string_view::npos) {
    auto credentials = text.substr(0, at);
    const auto user = percent_decoded(take_until(credentials, ':'));
    const auto written = percent_decoded(credentials);
    if (!user || !written) return wrong("a % in user or password begins two hexadecimal digits; a % itself is %25");
    url.user = *user;
    url.password = *written;
    text.remove_prefix(at + 1);
  }
  if (!password.empty() && !url.password.empty()) return wrong("there is a password in the URL and one beside it");
  if (!password.empty()) url.password = password;
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
    const auto place = parse_place(take_until(places, sentinel ? ',' : '\0'), sentinel ? "26379" : "6379");
    if (!place) return place.error();
    url.places.push_back(*place);
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
