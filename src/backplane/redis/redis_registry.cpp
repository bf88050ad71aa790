#include "backplane/redis/redis_registry.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "backplane/redis/keys.hpp"

namespace chat::redis {
namespace {

NodeCard parse_card(const Reply::Part& hash) {
  NodeCard card;
  auto part = hash.first();
  for (std::size_t i = 0; i + 1 < hash.size(); i += 2) {
    const auto field = part.text();
    const auto value = part.next();
    part = value.next();
    if (field == "id") card.id = value.text();
    if (field == "name") card.name = value.text();
    if (field == "description") card.description = value.text();
    if (field == "started_at") card.started_at = value.integer();
    if (field == "lastSeen") card.last_seen = value.integer();
    if (field == "connections") card.connections = static_cast<std::uint64_t>(value.integer());
    if (field == "rooms") card.rooms = static_cast<std::uint64_t>(value.integer());
    if (field == "messages_per_second")
      card.messages_per_second = std::strtod(std::string(value.text()).c_str(), nullptr);
  }
  return card;
}

}  // namespace

void RedisRegistry::announce(const NodeCard& card, Completion<bool> done) {
  if (!backplane_.is_available()) return done(unavailable("Redis does not answer"));
  char rate[32];
  std::snprintf(rate, sizeof rate, "%.1f", card.messages_per_second);
  const std::string key = backplane_.keys().node(card.id);
  const std::string started = std::to_string(card.started_at), seen = std::to_string(card.last_seen),
                    connections = std::to_string(card.connections), rooms = std::to_string(card.rooms),
                    kept = std::to_string(kForgottenAfter.count());
  Link& link = backplane_.commands();
  link.send({"HSET", key, "id", card.id, "name", card.name, "description", card.description, "started_at", started,
             "lastSeen", seen, "connections", connections, "rooms", rooms, "messages_per_second", rate},
            {});
  link.send({"EXPIRE", key, kept}, {});
  link.send({"SADD", backplane_.keys().nodes(), card.id}, [done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr || reply->is_error()) return done(unavailable("Redis does not answer"));
    done(true);
  });
}

void RedisRegistry::list(Completion<std::vector<NodeCard>> done) {
  if (!backplane_.is_available()) return done(unavailable("Redis does not answer"));
  backplane_.commands().send({"SMEMBERS", backplane_.keys().nodes()},
                             [this, done = std::move(done)](const Reply::Part* reply) {
                               if (reply == nullptr || !reply->is_array())
                                 return done(unavailable("Redis does not answer"));
                               std::vector<std::string> ids;
                               auto part = reply->first();
                               for (std::size_t i = 0; i < reply->size(); ++i, part = part.next())
                                 ids.emplace_back(part.text());
                               if (ids.empty()) return done(std::vector<NodeCard>{});
                               read(ids, done);
                             });
}

void RedisRegistry::read(const std::vector<std::string>& ids, Completion<std::vector<NodeCard>> done) {
  struct Reading {
    std::vector<NodeCard> cards;
    std::size_t left;
    bool broken;
    Completion<std::vector<NodeCard>> done;
  };
  auto reading = std::make_shared<Reading>(Reading{{}, ids.size(), false, std::move(done)});
  for (const auto& id : ids) {
    backplane_.commands().send({"HGETALL", backplane_.keys().node(id)}, [this, reading, id](const Reply::Part* reply) {
      if (reply != nullptr && reply->size() > 0) reading->cards.push_back(parse_card(*reply));
      if (reply != nullptr && reply->is_array() && reply->size() == 0) {
        backplane_.commands().send({"SREM", backplane_.keys().nodes(), id}, {});  // expired: its node is gone
      }
      if (reply == nullptr) reading->broken = true;
      if (--reading->left > 0) return;
      if (reading->broken) return reading->done(unavailable("Redis does not answer"));
      reading->done(std::move(reading->cards));
    });
  }
}

void RedisRegistry::withdraw(std::string_view id) {
  backplane_.commands().send({"SREM", backplane_.keys().nodes(), id}, {});
  backplane_.commands().send({"DEL", backplane_.keys().node(id)}, {});
}

}  // namespace chat::redis
