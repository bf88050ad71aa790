#include "backplane/redis/redis_lists.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "backplane/redis/checked.hpp"
#include "backplane/redis/keys.hpp"

namespace chat::redis {
namespace {

const std::string kMaxEntries = std::to_string(ClusterKv::kMaxListEntries);

std::string milliseconds(Milliseconds kept) { return std::to_string(std::max<std::int64_t>(kept.count(), 1)); }

/// "<end> <value>"; nullopt: a node did not write it.
std::optional<ListEntry> parse_list_entry(std::string_view key, std::string_view text) {
  const auto digits = text.substr(0, text.find(' '));
  const auto until = parse_offset(digits);
  if (!until || digits.size() == text.size() || key.size() > ClusterKv::kMaxListKeyBytes) return std::nullopt;
  const auto value = text.substr(digits.size() + 1);
  if (value.size() > ClusterKv::kMaxListValueBytes) return std::nullopt;
  return ListEntry{std::string(key), std::string(value), static_cast<UnixMs>(*until)};
}

/// The entries of HGETALL, without the entries that have ended.
std::vector<ListEntry> parse_entries(const Reply::Part& hash, UnixMs now, std::string_view list) {
  std::vector<ListEntry> entries;
  auto key = hash.first();
  for (std::size_t i = 0; i + 1 < hash.size() && entries.size() < ClusterKv::kMaxListEntries; i += 2) {
    const auto value = key.next();
    if (auto entry = parse_list_entry(key.text(), value.text()); !entry) {
      log_junk(JunkIn::key, "list_entry", list);
    } else if (entry->until > now) {
      entries.push_back(std::move(*entry));
    }
    key = value.next();
  }
  return entries;
}

}  // namespace

RedisLists::RedisLists(RedisBackplane& backplane) : backplane_(backplane) { backplane.subscriptions().share(*this); }

void RedisLists::put(const std::string& list, std::string key, std::string value, Milliseconds kept,
                     Completion<bool> done) {
  change(list, {std::move(key), milliseconds(kept), std::move(value), "any"}, std::move(done));
}

void RedisLists::put_new(const std::string& list, std::string key, std::string value, Milliseconds kept,
                         Completion<bool> done) {
  change(list, {std::move(key), milliseconds(kept), std::move(value), "new"}, std::move(done));
}

void RedisLists::remove(const std::string& list, std::string key, Completion<bool> done) {
  change(list, {std::move(key), "0", "", "any"}, std::move(done));
}

void RedisLists::change(const std::string& list, std::vector<std::string> arguments, Completion<bool> done) {
  std::vector<std::string> all{"3", keys().list_entries(list), keys().list_ends(list), keys().list_channel(list)};
  all.insert(all.end(), arguments.begin(), arguments.end());
  all.push_back(kMaxEntries);
  backplane_.run_script(&Scripts::list, std::move(all), [done = std::move(done)](const Reply::Part* reply) {
    if (reply == nullptr || reply->type() != Reply::Type::integer) return done(request_refused("list", reply));
    if (reply->integer() < 0) return done(Failure{ErrorCode::busy, "the list is full"});
    done(reply->integer() == 1);
  });
}

void RedisLists::read(const std::string& list, Completion<std::vector<ListEntry>> done) {
  const auto now = std::make_shared<UnixMs>(0);
  backplane_.commands().send({"TIME"}, [now](const Reply::Part* reply) {
    if (reply == nullptr || reply->size() != 2) return;
    *now = static_cast<UnixMs>(offset_of(reply->first()).value_or(0)) * 1000 + reply->first().next().integer() / 1000;
  });
  backplane_.commands().send({"HGETALL", keys().list_entries(list)},
                             [now, list, done = std::move(done)](const Reply::Part* reply) {
                               if (reply == nullptr || !reply->is_array()) return done(request_refused("list", reply));
                               done(parse_entries(*reply, *now, list));
                             });
}

void RedisLists::watch(std::string list, std::function<void()> changed) {
  auto channel = keys().list_channel(list);
  if (backplane_.subscriptions().is_connected()) backplane_.subscriptions().subscribe_channel(channel);
  watched_.insert_or_assign(std::move(channel), std::move(changed));
}

void RedisLists::on_subscriptions_up() {
  for (const auto& [channel, changed] : watched_) backplane_.subscriptions().subscribe_channel(channel);
}

/// Also when a channel is subscribed: changes before that were not told.
void RedisLists::tell(std::string_view channel) {
  const auto watched = watched_.find(channel);
  if (watched == watched_.end()) return;
  const auto changed = watched->second;  // it may stop the node
  changed();
}

}  // namespace chat::redis
