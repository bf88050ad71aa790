#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "backplane/url_parts.hpp"
#include "chat/backplane/postgres.hpp"

namespace chat {
namespace {

using url_parts::percent_decoded;
using url_parts::take_until;
using url_parts::wrong;

constexpr std::array<std::string_view, 5> kSslModes{"disable", "prefer", "require", "verify-ca", "verify-full"};

bool is_schema(std::string_view name) {
  const bool is_plain = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
  return !name.empty() && name.size() <= 32 && is_plain && name.front() >= 'a' && !name.starts_with("pg_");
}

Result<bool> parse_option(PostgresUrl& url, std::string_view option) {
  const auto name = take_until(option, '=');
  if (name == "schema") {
    if (!is_schema(option))
      return wrong("a schema is 1 to 32 of a-z 0-9 _, a letter first, and does not begin with pg_");
    url.schema = option;
  } else if (name == "sslmode") {
    if (std::find(kSslModes.begin(), kSslModes.end(), option) == kSslModes.end()) {
      return wrong("sslmode is disable, prefer, require, verify-ca or verify-full");
    }
    url.ssl_mode = option;
  } else {
    return wrong("only schema=NAME and sslmode=MODE may follow ?");
  }
  return true;
}

}  // namespace

Result<PostgresUrl> parse_postgres_url(std::string_view text, std::string_view password) {
  const auto scheme = take_until(text, ':');
  if ((scheme != "postgres" && scheme != "postgresql") || !text.starts_with("//")) {
    return wrong("it starts with postgres://");
  }
  text.remove_prefix(2);
  PostgresUrl url;
  auto credentials = url_parts::take_credentials(text, password);
  if (!credentials) return credentials.error();
  url.user = std::move(credentials->user);
  url.password = std::move(credentials->password);
  if (url.user.empty()) return wrong("the user is missing: postgres://user:password@host/database");
  auto options = text.substr(std::min(text.size(), text.find('?')));
  text = text.substr(0, text.size() - options.size());
  if (!options.empty()) options.remove_prefix(1);
  while (!options.empty()) {
    if (const auto option = parse_option(url, take_until(options, '&')); !option) return option.error();
  }
  auto place = url_parts::parse_place(take_until(text, '/'), url.port);
  if (!place) return place.error();
  url.host = std::move(place->host);
  url.port = std::move(place->port);
  const auto database = percent_decoded(text);
  if (!database || database->empty() || text.find('/') != std::string_view::npos) {
    return wrong("the name of the database is missing: postgres://user:password@host/database");
  }
  url.database = *database;
  if ((url.user + url.password + url.database).find('\0') != std::string::npos) return wrong("no part contains %00");
  return url;
}

}  // namespace chat
