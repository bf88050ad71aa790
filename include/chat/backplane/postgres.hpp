#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "chat/backplane/cluster_services.hpp"
#include "chat/backplane/options.hpp"
#include "chat/backplane/registry.hpp"

namespace chat {

/// Where PostgreSQL is: postgres://user[:password]@host[:port]/database[?schema=NAME][&sslmode=MODE]. Clusters with
/// other schemas in one database have nothing in common. IPv6 addresses stand in brackets; user, password and database
/// may have %XX for any byte.
struct PostgresUrl {
  std::string host;
  std::string port = "5432";
  std::string user;
  std::string password;
  std::string database;
  std::string schema = "chat";    // 1 to 32 of a-z 0-9 _, a letter first
  std::string ssl_mode;           // as libpq names it; empty: prefer, or verify-full where there is a `ca_file`
  std::string ca_file;            // of the authority that signed the server's certificate
  std::string program = "chatd";  // names the connections in pg_stat_activity
};
/// Errors: bad_request with a sentence, which repeats nothing of the URL. `password` is one from elsewhere.
Result<PostgresUrl> parse_postgres_url(std::string_view url, std::string_view password = {});

/// PostgreSQL 14 or newer, any number of nodes. Makes and changes the tables itself. Thread: the loop.
std::unique_ptr<ClusterServices> make_postgres_services(boost::asio::io_context& loop, const PostgresUrl& url,
                                                        Retention retention, AckLevel level);

/// postgres: and postgresql:
BackplaneMaker postgres_backplane();

}  // namespace chat
