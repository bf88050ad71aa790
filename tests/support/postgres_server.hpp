#pragma once

#include <libpq-fe.h>
#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace chat {

/// A PostgreSQL of the tests' own, one for a process: a free port, a temporary folder, nothing synced to the disk. Ends
/// with the process. Each test has a schema of its own. The URL is that of a user who may make schemas and no more;
/// execute() runs as the user with all rights.
class PostgresServer {
 public:
  /// Runs, whatever the test before has done to it.
  static PostgresServer& shared();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  std::string url(const std::string& schema) const;
  unsigned short port() const { return port_; }
  /// A name that no test has had.
  std::string fresh_schema() { return "test_" + std::to_string(++schemas_); }

  bool is_running() const { return pid_ > 0; }
  /// Ends it without a checkpoint, as a crash does; its files stay for the next start.
  void kill();
  void start();

  /// A connection with all rights; it rolls back what it has begun when it ends.
  class Session {
   public:
    explicit Session(unsigned short port);
    /// Returns the values of the last result. Throws its error.
    std::vector<std::string> execute(const std::string& sql);

   private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
  };
  Session connect() const { return Session(port_); }
  /// Runs one text of SQL on a connection of its own and returns the values of its last result. Throws its error.
  std::vector<std::string> execute(const std::string& sql) { return connect().execute(sql); }

 private:
  PostgresServer();
  bool launch();
  bool answers();

  std::string folder_;
  unsigned short port_ = 0;
  pid_t pid_ = -1;
  int schemas_ = 0;
};

}  // namespace chat
