#include "backplane/redis/redis_presence.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "backplane/redis/keys.hpp"

namespace chat::redis {
namespace {

constexpr std::string_view kRowsKept = "86400";  // seconds after the last change; a busy room renews it all the time
const std::string kLeaseMs = std::to_string(PresenceStore::kLease.count());

std::vector<NodeInstance> texts(const Reply::Part& array) {
  std::vector<NodeInstance> out;
  auto part = array.first();
  for (std::size_t i = 0; i < array.size(); ++i, part = part.next()) out.emplace_back(part.text());
  return out;
}

}  // namespace

void RedisPresence::change(std::string_view room, const PresenceChange& change) {
  const std::string key = room_key(room, kPeople);
  Link& link = backplane_.commands();
  std::vector<std::string> fields;
  fields.reserve(change.joined.size() + change.left.size());
  std::vector<std::string_view> set{"HSET", key}, erase{"HDEL", key};
  for (const auto& user : change.joined) {
    set.insert(set.end(), {fields.emplace_back(change.instance + ' ' + user.id), user.name});
  }
  for (const auto& id : change.left) erase.push_back(fields.emplace_back(change.instance + ' ' + id));
  if (set.size() > 2) {
    link.send(set, {});
    link.send({"EXPIRE", key, kRowsKept}, {});
  }
  if (erase.size() > 2) link.send(erase, {});
  backplane_.signal(room, Signal::presence, encode(change));
}

void RedisPresence::load(std::string room, Completion<std::vector<PresenceRow>> done) {
  if (!backplane_.is_available()) return done(unavailable("Redis does not answer"));
  auto alive = std::make_shared<std::vector<NodeInstance>>();
  Link& link = backplane_.commands();
  link.send({"EVALSHA", backplane_.scripts().lease(), "1", kLeases, "", kLeaseMs}, [alive](const Reply::Part* reply) {
    if (reply != nullptr) *alive = texts(*reply);
  });
  link.send({"HGETALL", room_key(room, kPeople)}, [alive, done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr || !reply->is_array()) return done(unavailable("Redis does not answer"));
    std::vector<PresenceRow> rows;
    auto part = reply->first();
    for (std::size_t i = 0; i + 1 < reply->size(); i += 2) {
      const auto field = part.text();
      const auto name = (part = part.next()).text();
      part = part.next();
      const auto blank = field.find(' ');
      const auto instance = field.substr(0, blank);
      if (blank == std::string_view::npos || std::find(alive->begin(), alive->end(), instance) == alive->end())
        continue;
      rows.push_back({NodeInstance(instance), {std::string(field.substr(blank + 1)), std::string(name)}});
    }
    done(std::move(rows));
  });
}

void RedisPresence::renew(std::string_view instance, Completion<std::vector<NodeInstance>> done) {
  if (!backplane_.is_available()) return done(unavailable("Redis does not answer"));
  backplane_.commands().send({"EVALSHA", backplane_.scripts().lease(), "1", kLeases, instance, kLeaseMs},
                             [done = std::move(done)](const Reply::Part* reply) {
                               if (reply == nullptr || !reply->is_array()) {
                                 return done(unavailable("Redis does not answer"));
                               }
                               done(texts(*reply));
                             });
}

void RedisPresence::resign(std::string_view instance) { backplane_.commands().send({"ZREM", kLeases, instance}, {}); }

}  // namespace chat::redis
