#include "backplane/redis/redis_registry.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <utility>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"
#include "chat/base/utf8.hpp"
#include "chat/core/names.hpp"

namespace chat::redis {
namespace {

constexpr std::size_t kMaxNodes = 1000;  // that are listed
constexpr std::size_t kMaxTextBytes = 1024;
constexpr double kMaxPerSecond = 1e12;
constexpr UnixMs kEndOfTime = 253'402'300'799'999;  // of the year 9999, the last that has four digits

std::uint64_t count_in(const Reply::Part& value) { return offset_of(value).value_or(0); }
UnixMs time_in(const Reply::Part& value) { return std::clamp<UnixMs>(value.integer(), 0, kEndOfTime); }

double rate_in(std::string_view text) {
  double rate = 0;
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, rate);
  return error == std::errc{} && after == end && rate >= 0 && rate <= kMaxPerSecond ? rate : 0;
}

std::string text_in(const Reply::Part& value) {
  const auto text = value.text();
  return text.size() <= kMaxTextBytes && is_utf8(text) ? std::string(text) : "";
}

/// Leaves out an entry that no node would write about itself.
NodeCard parse_card(std::string_view id, const Reply::Part& hash) {
  NodeCard card;
  card.id = id;
  auto part = hash.first();
  for (std::size_t i = 0; i + 1 < hash.size(); i += 2) {
    const auto field = part.text();
    const auto value = part.next();
    part = value.next();
    if (field == "name") card.name = text_in(value);
    if (field == "description") card.description = text_in(value);
    if (field == "started_at") card.started_at = time_in(value);
    if (field == "last_seen") card.last_seen = time_in(value);
    if (field == "connections") card.connections = count_in(value);
    if (field == "rooms") card.rooms = count_in(value);
    if (field == "messages_per_second") card.messages_per_second = rate_in(value.text());
    if (field == "instance") card.instance = text_in(value);
    if (field == "version") card.version = text_in(value);
    if (field == "secret") card.secret = text_in(value);
    if (field == "address") card.address = text_in(value);
    if (field == "draining") card.draining = value.text() == "1";
    if (field == "clock_ahead") card.clock_ahead = std::clamp<std::int64_t>(value.integer(), -kEndOfTime, kEndOfTime);
  }
  return card;
}

std::vector<std::string> parse_ids(const Reply::Part& set) {
  std::vector<std::string> ids;
  auto part = set.first();
  for (std::size_t i = 0; i < set.size() && ids.size() < kMaxNodes; ++i, part = part.next()) {
    if (is_node_id(part.text())) {
      ids.emplace_back(part.text());
    } else {
      log_junk(JunkIn::key, "node_id", part.text());
    }
  }
  return ids;
}

}  // namespace

/// Reads the last announcement and the time first, in the same go.
void RedisRegistry::announce(const NodeCard& card, Completion<Announced> done) {
  if (!backplane_.is_available()) return done(unavailable("Redis does not answer"));
  char rate[32];
  std::snprintf(rate, sizeof rate, "%.1f", card.messages_per_second);
  const std::string key = backplane_.keys().node(card.id);
  const std::string started = std::to_string(card.started_at), seen = std::to_string(card.last_seen),
                    connections = std::to_string(card.connections), rooms = std::to_string(card.rooms),
                    kept = std::to_string(kForgottenAfter.count()), ahead = std::to_string(card.clock_ahead);
  Link& link = backplane_.commands();
  auto announced = std::make_shared<Announced>();
  link.send({"TIME"}, [announced](const Reply::Part* reply) {
    if (reply == nullptr || !reply->is_array() || reply->size() != 2) return;
    const auto seconds = reply->first();
    announced->time_us = std::clamp<UnixMs>(seconds.integer(), 0, kEndOfTime / 1000) * 1'000'000 +
                         std::clamp<UnixMs>(seconds.next().integer(), 0, 999'999);
    announced->time = announced->time_us / 1000;
  });
  link.send({"HMGET", key, "instance", "started_at"}, [announced](const Reply::Part* reply) {
    if (reply == nullptr || !reply->is_array() || reply->size() != 2) return;
    announced->before = text_in(reply->first());
    announced->before_started = time_in(reply->first().next());
  });
  link.send({"HSET",
             key,
             "id",
             card.id,
             "name",
             card.name,
             "description",
             card.description,
             "started_at",
             started,
             "last_seen",
             seen,
             "connections",
             connections,
             "rooms",
             rooms,
             "messages_per_second",
             rate,
             "instance",
             card.instance,
             "version",
             card.version,
             "secret",
             card.secret,
             "clock_ahead",
             ahead,
             "address",
             card.address,
             "draining",
             card.draining ? "1" : "0"},
            {});
  link.send({"EXPIRE", key, kept}, {});
  const auto on_listed = [announced, done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr || reply->is_error()) return done(refused("announce", reply));
    done(*announced);
  };
  const std::string nodes = backplane_.keys().nodes();
  link.send({"SADD", nodes, card.id}, [&link, nodes, id = card.id, on_listed](const Reply::Part* reply) {
    if (reply == nullptr || !reply->is_error() || !reply->text().starts_with("WRONGTYPE")) return on_listed(reply);
    log_junk(JunkIn::key, "node_list", nodes);
    link.send({"DEL", nodes}, {});
    link.send({"SADD", nodes, id}, on_listed);
  });
}

void RedisRegistry::list(Completion<std::vector<NodeCard>> done) {
  if (!backplane_.is_available()) return done(unavailable("Redis does not answer"));
  backplane_.commands().send({"SMEMBERS", backplane_.keys().nodes()},
                             [this, done = std::move(done)](const Reply::Part* reply) {
                               if (reply == nullptr || !reply->is_array()) return done(refused("nodes", reply));
                               const auto ids = parse_ids(*reply);
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
      if (reply != nullptr && reply->size() > 0) reading->cards.push_back(parse_card(id, *reply));
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
