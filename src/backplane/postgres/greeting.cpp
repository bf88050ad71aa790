#include "backplane/postgres/greeting.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "backplane/postgres/schema.hpp"

namespace chat::postgres {
namespace {

constexpr int kOldest = 140'000;  // server_version_num

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

int number_in(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Of synchronous_standby_names: "ANY 2 (a, b, c)", "FIRST 2 (…)", "2 (…)", or a list, of which it waits for one.
std::uint32_t standbys_waited_for(std::string_view names) {
  if (names.empty()) return 0;
  const auto digit = names.substr(0, names.find('(')).find_first_of("0123456789");
  const bool counts = has(names, "(") && digit != std::string_view::npos;
  return counts ? static_cast<std::uint32_t>(std::max(1, number_in(names.substr(digit)))) : 1;
}

}  // namespace

std::optional<Unusable> judge_level(const AckLevel& level, std::string_view fsync, std::string_view standby_names) {
  if (level.kind != AckLevel::Kind::stored && fsync != "on") {
    return Unusable{"it does not write to its disk (fsync = off)", "set fsync = on, or use --ack stored"};
  }
  if (level.kind == AckLevel::Kind::replicated && standbys_waited_for(standby_names) < level.replicas) {
    return Unusable{"it waits for fewer standbys than --ack demands",
                    "set synchronous_standby_names, or use --ack durable"};
  }
  return std::nullopt;
}

std::optional<Unusable> judge_error(std::string_view state, std::string_view message) {
  const std::string why(message.substr(0, 200));
  if (state == "42501" || has(message, "permission denied")) {
    return Unusable{why, "give the user of --backplane the rights of src/backplane/README.md (\"PostgreSQL\")"};
  }
  if (has(message, "password authentication failed") || has(message, "no password supplied") ||
      has(message, "no pg_hba.conf entry") || has(message, "does not exist")) {
    return Unusable{why, "check user, password and database of --backplane"};
  }
  return std::nullopt;
}

Greeting::Greeting(std::shared_ptr<Connection> connection, std::string schema, Role role, int left_behind,
                   std::function<void(Outcome)> done)
    : connection_(std::move(connection)),
      schema_(std::move(schema)),
      role_(std::move(role)),
      left_behind_(left_behind),
      done_(std::move(done)) {}

void Greeting::run(const std::string& sql, std::function<void(const Reply& reply)> next) {
  connection_->run(sql, [self = shared_from_this(), next = std::move(next)](const Reply* reply) {
    has_failed(reply) ? self->on_failed(reply) : next(*reply);
  });
}

void Greeting::on_failed(const Reply* reply) {
  if (reply == nullptr) return;  // the connection tells that it is broken
  if (const auto unusable = judge_error(reply->state(), reply->message())) return done_(*unusable);
  done_(unavailable(reply->message()));
}

void Greeting::start() {
  run("select current_setting('server_version_num'), current_setting('server_version'), pg_is_in_recovery(),"
      " current_setting('fsync'), current_setting('synchronous_standby_names'), "
      "current_setting('transaction_read_only')",
      [this](const Reply& reply) {
        const auto version = reply.text(0, 0);
        if (number_in(version) < kOldest) {
          return done_(Unusable{"it is PostgreSQL " + std::string(reply.text(0, 1)), "run PostgreSQL 14 or newer"});
        }
        if (reply.text(0, 2) == "t") {
          return done_(Unusable{"it is a standby", "name the primary in --backplane"});
        }
        if (reply.text(0, 5) == "on") {
          return done_(Unusable{"transactions are read-only", "set default_transaction_read_only = off"});
        }
        const auto unusable = judge_level(role_.level, reply.text(0, 3), reply.text(0, 4));
        unusable ? done_(*unusable) : ask_version();
      });
}

void Greeting::ask_version() {
  connection_->run(schema::question(schema_), [self = shared_from_this()](const Reply* reply) {
    const bool is_missing = reply != nullptr && (reply->state() == "3F000" || reply->state() == "42P01");
    if (has_failed(reply) && !is_missing) return self->on_failed(reply);
    const int version = is_missing ? 0 : number_in(reply->text(0, 0));
    if (version == schema::version()) return self->prepare();
    if (version > schema::version()) {
      return self->done_(Unusable{"its schema is of a newer chatd", "run the newer chatd, or name another ?schema="});
    }
    if (self->role_.migrates) return self->migrate();
    self->done_(unavailable("the schema is not up to date yet"));
  });
}

void Greeting::migrate() {
  run(schema::migration(schema_), [this](const Reply&) { prepare(); });
}

void Greeting::prepare() {
  const char* const commits = role_.level.kind == AckLevel::Kind::stored    ? "off"
                              : role_.level.kind == AckLevel::Kind::durable ? "on"
                                                                            : "remote_apply";
  std::string sql = "set search_path = \"" + schema_ + "\", pg_temp; set synchronous_commit = " + std::string(commits) +
                    "; set statement_timeout = 2800; set lock_timeout = 500; set jit = off;";
  if (left_behind_ > 0) {
    sql += "select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid = " +
           std::to_string(left_behind_) + " and application_name = current_setting('application_name');";
  }
  for (const auto& channel : role_.channels) sql += "listen \"" + channel + "\";";
  run(sql + "select chat_life()", [this](const Reply& reply) {
    connection_->begin_pipeline();
    done_(std::string(reply.text(0, 0)));
  });
}

}  // namespace chat::postgres
