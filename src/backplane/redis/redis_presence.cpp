#include "backplane/redis/redis_presence.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"

namespace chat::redis {
namespace {

const std::string kLeaseMs = std::to_string(PresenceStore::kLease.count());

std::vector<NodeInstance> parse_instances(const Reply::Part& array) {
  std::vector<NodeInstance> out;
  auto part = array.first();
  for (std::size_t i = 0; i < array.size(); ++i, part = part.next()) {
    if (is_node_instance(part.text())) {
      out.emplace_back(part.text());
    } else {
      log_junk(JunkIn::key, "lease", part.text());
    }
  }
  return out;
}

/// `value`: the name, and perhaps the info behind a line feed.
std::optional<PresenceRow> parse_row(std::string_view field, std::string_view value) {
  const auto name = value.substr(0, value.find('\n'));
  const auto info = value.substr(std::min(value.size(), name.size() + 1));
  const auto instance = field.substr(0, field.find(' '));
  const auto user = field.substr(std::min(field.size(), instance.size() + 1));
  if (!is_node_instance(instance) || !is_user_id(user) || !is_user_name(name)) return std::nullopt;
  return PresenceRow{NodeInstance(instance), {std::string(user), std::string(name), std::string(info)}};
}

/// "<instance> <user id>" → name, as HGETALL tells it.
std::vector<PresenceRow> parse_rows(const Reply::Part& hash, std::string_view room) {
  std::vector<PresenceRow> rows;
  auto field = hash.first();
  for (std::size_t i = 0; i + 1 < hash.size(); i += 2) {
    const auto name = field.next();
    if (auto row = parse_row(field.text(), name.text())) {
      rows.push_back(std::move(*row));
    } else {
      log_junk(JunkIn::key, "person", room);
    }
    field = name.next();
  }
  return rows;
}

}  // namespace

void RedisPresence::change(std::string_view room, const PresenceChange& change, Completion<bool> done) {
  const auto field = [&change](std::string_view user) { return change.instance + ' ' + std::string(user); };
  std::vector<std::string> arguments{"1", backplane_.keys().room(room, kPeople), std::to_string(change.joined.size())};
  for (const auto& user : change.joined) {
    arguments.insert(arguments.end(), {field(user.id), user.info.empty() ? user.name : user.name + '\n' + user.info});
  }
  for (const auto& id : change.left) arguments.push_back(field(id));
  backplane_.run_script(&Scripts::presence, std::move(arguments), [done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr || reply->is_error()) return done(refused("presence", reply));
    done(true);
  });
  backplane_.signal(room, Signal::presence, encode(change));
}

/// The rows first, then the living nodes: a node takes its lease before it writes a row, so no living node is missing.
void RedisPresence::load(std::string room, Through through, Completion<std::vector<PresenceRow>> done) {
  const auto on_rows = [this, room, through, done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr || !reply->is_array()) return done(refused("people", reply));
    if (through == Through::all_nodes) return done(parse_rows(*reply, room));
    lease("", [rows = parse_rows(*reply, room), done](const Result<Lease>& found) mutable {
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

/// Renews the lease of `instance`, if one is given, and returns the living nodes.
void RedisPresence::lease(std::string_view instance, Completion<Lease> done) {
  backplane_.run_script(&Scripts::lease, {"1", backplane_.keys().leases(), std::string(instance), kLeaseMs},
                        [done = std::move(done)](const Reply::Part* reply) {
                          if (reply == nullptr || reply->size() != 2) return done(refused("lease", reply));
                          const auto added = reply->first();
                          done(Lease{parse_instances(added.next()), added.integer() == 1});
                        });
}

void RedisPresence::resign(std::string_view instance) {
  backplane_.commands().send({"ZREM", backplane_.keys().leases(), instance}, {});
}

}  // namespace chat::redis
