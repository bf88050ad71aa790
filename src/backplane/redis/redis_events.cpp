#include "backplane/redis/redis_events.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"
#include "chat/core/names.hpp"

namespace chat::redis {
namespace {

constexpr const char* kPage = "256";

std::string to_field(const Holding& holding) { return static_cast<char>(holding.kind) + holding.name; }

/// "s<session>" → "<user id> <name>", or "r<room>" → ''.
std::optional<Holding> parse_holding(std::string_view field, std::string_view user) {
  const auto name = field.substr(std::min<std::size_t>(field.size(), 1));
  if (field.starts_with('r') && is_room_name(name)) return Holding{Holding::Kind::room, std::string(name)};
  const auto id = user.substr(0, user.find(' '));
  const auto shown = user.substr(std::min(user.size(), id.size() + 1));
  const bool is_session = field.starts_with('s') && !name.empty() && name.size() <= 64;
  if (!is_session || !is_user_id(id) || !is_user_name(shown)) return std::nullopt;
  return Holding{Holding::Kind::session, std::string(name), std::string(user)};
}

bool is_cursor(std::string_view text) {
  return !text.empty() && text.size() <= 20 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::uint64_t backlog_in(const Reply::Part& part) { return offset_of(part).value_or(0); }

}  // namespace

void RedisEvents::enable(std::function<bool(std::string_view room)> wanted, std::size_t max_entries) {
  max_entries_ = std::to_string(max_entries);
  backplane_.enable_events(backplane_.keys().queue(kQueue), std::move(wanted), max_entries);
}

void RedisEvents::change(HoldingChanges changes, Completion<bool> done) {
  const Keys& keys = backplane_.keys();
  std::vector<std::string> arguments{"5",
                                     keys.holdings(changes.instance),
                                     keys.holders(),
                                     keys.held_rooms(),
                                     keys.queue(kQueue),
                                     keys.queue_lost(kQueue),
                                     changes.instance,
                                     std::to_string(changes.number),
                                     max_entries_,
                                     std::to_string(changes.time)};
  for (auto& change : changes.changes) {
    arguments.insert(arguments.end(),
                     {change.begins ? "+" : "-", to_field(change.holding), std::move(change.holding.user),
                      std::move(change.reason), change.is_wanted ? "1" : "0"});
  }
  backplane_.run_script(&Scripts::holdings, std::move(arguments), [done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr || reply->type() != Reply::Type::integer) return done(request_refused("holdings", reply));
    done(true);
  });
}

void RedisEvents::list(NodeInstance instance, std::string cursor, Completion<Page> done) {
  backplane_.commands().send({"HSCAN", backplane_.keys().holdings(instance), cursor, "COUNT", kPage},
                             [done = std::move(done)](const Reply::Part* reply) {
                               if (reply == nullptr || reply->size() != 2)
                                 return done(request_refused("holdings", reply));
                               const auto next = reply->first(), found = next.next();
                               if (!is_cursor(next.text()) || !found.is_array())
                                 return done(request_refused("holdings", reply));
                               Page page{{}, std::string(next.text())};
                               auto field = found.first();
                               for (std::size_t i = 0; i + 1 < found.size(); i += 2) {
                                 const auto value = field.next();
                                 if (auto holding = parse_holding(field.text(), value.text())) {
                                   page.holdings.push_back(std::move(*holding));
                                 } else if (field.text() != "number") {
                                   log_junk(JunkIn::key, "holding", field.text());
                                 }
                                 field = value.next();
                               }
                               done(std::move(page));
                             });
}

void RedisEvents::instances(Completion<std::vector<NodeInstance>> done) {
  backplane_.commands().send({"SMEMBERS", backplane_.keys().holders()},
                             [done = std::move(done)](const Reply::Part* reply) {
                               if (reply == nullptr || !reply->is_array())
                                 return done(request_refused("holders", reply));
                               std::vector<NodeInstance> instances;
                               auto part = reply->first();
                               for (std::size_t i = 0; i < reply->size(); ++i, part = part.next()) {
                                 if (is_node_instance(part.text())) instances.emplace_back(part.text());
                               }
                               done(std::move(instances));
                             });
}

/// The three answers come in order; the last one completes.
void RedisEvents::backlog(Completion<EventBacklog> done) {
  const Keys& keys = backplane_.keys();
  const auto backlog = std::make_shared<EventBacklog>();
  backplane_.commands().send({"XLEN", keys.queue(kQueue)}, [backlog](const Reply::Part* reply) {
    if (reply != nullptr) backlog->waiting = backlog_in(*reply);
  });
  backplane_.commands().send({"XLEN", keys.queue(ClusterQueue::dead_letters(kQueue))},
                             [backlog](const Reply::Part* reply) {
                               if (reply != nullptr) backlog->dead = backlog_in(*reply);
                             });
  backplane_.commands().send({"HGET", keys.queue_lost(kQueue), "events"},
                             [backlog, done = std::move(done)](const Reply::Part* reply) {
                               if (reply == nullptr) return done(request_refused("events", reply));
                               backlog->lost = backlog_in(*reply);
                               done(*backlog);
                             });
}

}  // namespace chat::redis
