#pragma once

#include <gmock/gmock.h>

#include "backplane/peer.hpp"
#include "chat/backplane/postgres.hpp"
#include "support/postgres_server.hpp"

namespace chat {

/// A schema of its own in the PostgreSQL of this process.
struct PostgresSource {
  static constexpr std::uint32_t kHistory = 200;
  PostgresServer& server = PostgresServer::shared();
  std::string schema = server.fresh_schema();
  std::unique_ptr<ClusterServices> connect(boost::asio::io_context& loop, AckLevel level = {}) {
    return make_postgres_services(loop, *parse_postgres_url(server.url(schema)), {kHistory, Seconds(3600)}, level);
  }
};

/// Two nodes on a PostgreSQL that a test may treat badly.
class PostgresTest : public ServicesTest<PostgresSource> {
 protected:
  static constexpr HistoryQuery kAll{0, std::numeric_limits<Offset>::max(), 1000, false};
  PostgresServer& server() { return source.server; }
  /// Runs SQL with the schema of the test in front.
  std::vector<std::string> execute(const std::string& sql) {
    return server().execute("set search_path = " + source.schema + "; " + sql);
  }
  bool are_available() {
    return run_until(loop, [&] { return a.sink.is_available() && b.sink.is_available(); });
  }
};

}  // namespace chat
