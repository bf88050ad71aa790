#include "backplane/redis/redis_presence.hpp"

#include <algorithm>
#include <utility>

#include "backplane/redis/keys.hpp"

namespace chat::redis {
namespace {

const std::string kLeaseMs = std::to_string(PresenceStore::kLease.count());

std::vector<NodeInstance> texts(const Reply::Part& array) {
  std::vector<NodeInstance> out;
  auto part = array.first();
  for (std::size_t i = 0; i < array.size(); ++i, part = part.next()) out.emplace_back(part.text());
  return out;
}

/// "<instance> <user id>" → name, as HGETALL tells it.
std::vector<PresenceRow> parse_rows(const Reply::Part& hash) {
  std::vector<PresenceRow> rows;
  auto part = hash.first();
  for (std::size_t i = 0; i + 1 < hash.size(); i += 2) {
    const auto field = part.text();
    const auto name = (part = part.next()).text();
    part = part.next();
    const auto blank = field.find(' ');
    if (blank == std::string_view::npos) continue;
    rows.push_back({NodeInstance(field.substr(0, blank)), {std::string(field.substr(blank + 1)), std::string(name)}});
  }
  return rows;
}

}  // namespace

void RedisPresence::change(std::string_view room, const PresenceChange& change, Completion<bool> done) {
  const auto field = [&change](std::string_view user) { return change.instance + ' ' + std::string(user); };
  std::vector<std::string> arguments{"1", backplane_.keys().room(room, kPeople), std::to_string(change.joined.size())};
  for (const auto& user : change.joined) arguments.insert(arguments.end(), {field(user.id), user.name});
  for (const auto& id : change.left) arguments.push_back(field(id));
  backplane_.run_script(&Scripts::presence, std::move(arguments), [done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr) return done(unavailable("Redis does not answer"));
    if (reply->is_error()) return done(unavailable(reply->text()));
    done(true);
  });
  backplane_.signal(room, Signal::presence, encode(change));
}

/// The rows first, then who lives: a node takes its lease before it writes a row, so none that lives is missing.
void RedisPresence::load(std::string room, Completion<std::vector<PresenceRow>> done) {
  const auto on_rows = [this, done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr || !reply->is_array()) return done(unavailable("Redis does not answer"));
    lease("", [rows = parse_rows(*reply), done](const Result<Lease>& found) mutable {
      if (!found) return done(found.error());
      std::erase_if(rows, [&living = found->living](const PresenceRow& row) {
        return std::find(living.begin(), living.end(), row.instance) == living.end();
      });
      done(std::move(rows));
    });
  };
  backplane_.commands().send({"HGETALL", backplane_.keys().room(room, kPeople)}, on_rows);
}

void RedisPresence::renew(std::string_view instance, Completion<Lease> done) { lease(instance, std::move(done)); }

/// Renews the lease of `instance`, if one is given, and tells who lives.
void RedisPresence::lease(std::string_view instance, Completion<Lease> done) {
  backplane_.run_script(&Scripts::lease, {"1", backplane_.keys().leases(), std::string(instance), kLeaseMs},
                        [done = std::move(done)](const Reply::Part* reply) {
                          if (reply == nullptr || reply->size() != 2) return done(unavailable("Redis does not answer"));
                          const auto added = reply->first();
                          done(Lease{texts(added.next()), added.integer() == 1});
                        });
}

void RedisPresence::resign(std::string_view instance) {
  backplane_.commands().send({"ZREM", backplane_.keys().leases(), instance}, {});
}

}  // namespace chat::redis
