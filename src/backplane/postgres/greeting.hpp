#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "backplane/postgres/connection.hpp"
#include "chat/backplane/options.hpp"

namespace chat::postgres {

/// The reason why a server is of no use, and the remedy for its operator.
struct Unusable {
  std::string why;
  std::string remedy;
};

/// The purpose of a connection.
struct Role {
  std::string name;                     // for the log
  bool migrates = false;                // it brings the schema up to date
  std::vector<std::string> channels{};  // it listens to these
  AckLevel level{};                     // of the transactions
};

/// The first words of a connection: checks the server and the schema, which it makes or changes if that is its role,
/// and ends with the beginning of the pipeline. `done` gets the life of the server (sql/0001_rooms.sql), or why it is
/// of no use, or the sentence of an error that may pass. `left_behind`: the process of the connection before, which may
/// still wait for a lock or a standby, or 0; it is ended. Thread: that of the connection.
class Greeting : public std::enable_shared_from_this<Greeting> {
 public:
  using Outcome = std::variant<std::string, Unusable, Failure>;

  Greeting(std::shared_ptr<Connection> connection, std::string schema, Role role, int left_behind,
           std::function<void(Outcome)> done);
  void start();

 private:
  /// Goes on with `next` if the reply is none of an error.
  void run(const std::string& sql, std::function<void(const Reply& reply)> next);
  void ask_version();
  void migrate();
  void prepare();
  void on_failed(const Reply* reply);

  const std::shared_ptr<Connection> connection_;
  const std::string schema_;
  const Role role_;
  const int left_behind_;
  const std::function<void(Outcome)> done_;
};

/// Why the server is of no use for this level, from its settings.
std::optional<Unusable> judge_level(const AckLevel& level, std::string_view fsync, std::string_view standby_names);
/// From the error of a failed connection or statement: nothing if it may pass by itself.
std::optional<Unusable> judge_error(std::string_view state, std::string_view message);

}  // namespace chat::postgres
