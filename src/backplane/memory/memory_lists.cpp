#include "backplane/memory/memory_lists.hpp"

#include <algorithm>
#include <utility>

namespace chat {
namespace {

void drop_ended(TextMap<ListEntry>& entries, UnixMs now) {
  std::erase_if(entries, [now](const auto& entry) { return entry.second.until <= now; });
}

}  // namespace

Result<bool> MemoryLists::put(const std::string& list, ListEntry entry, UnixMs now) {
  if (!lists_.contains(list)) drop_lists(now);
  auto& entries = lists_[list];
  drop_ended(entries, now);
  if (entries.size() >= ClusterKv::kMaxListEntries && !entries.contains(entry.key)) {
    return Failure{ErrorCode::busy, "the list is full"};
  }
  std::string key = entry.key;
  entries.insert_or_assign(std::move(key), std::move(entry));
  tell(list);
  return true;
}

Result<bool> MemoryLists::put_new(const std::string& list, ListEntry entry, UnixMs now) {
  auto& entries = lists_[list];
  drop_ended(entries, now);
  return entries.contains(entry.key) ? Result<bool>(false) : put(list, std::move(entry), now);
}

bool MemoryLists::remove(std::string_view list, std::string_view key, UnixMs now) {
  const auto found = lists_.find(list);
  if (found == lists_.end()) return false;
  drop_ended(found->second, now);
  const auto entry = found->second.find(key);
  if (entry == found->second.end()) return false;
  found->second.erase(entry);
  tell(list);
  return true;
}

std::vector<ListEntry> MemoryLists::read(std::string_view list, UnixMs now) {
  std::vector<ListEntry> all;
  const auto found = lists_.find(list);
  if (found == lists_.end()) return all;
  drop_ended(found->second, now);
  for (const auto& [key, entry] : found->second) all.push_back(entry);
  return all;
}

/// Lists of which nothing is left, once there are twice as many as the last time.
void MemoryLists::drop_lists(UnixMs now) {
  if (lists_.size() < drop_at_) return;
  const auto has_ended = [now](const auto& entry) { return entry.second.until <= now; };
  std::erase_if(lists_,
                [&](const auto& list) { return std::all_of(list.second.begin(), list.second.end(), has_ended); });
  drop_at_ = std::max(kFewLists, 2 * lists_.size());
}

void MemoryLists::watch(Posting& node, std::string list, std::function<void()> changed) {
  node.later(changed);
  watchers_.push_back({&node, std::move(list), std::move(changed)});
}

void MemoryLists::unwatch(const Posting& node) {
  std::erase_if(watchers_, [&node](const Watcher& watcher) { return watcher.node == &node; });
}

void MemoryLists::tell(std::string_view list) {
  for (const auto& watcher : watchers_) {
    if (watcher.list == list) watcher.node->later(watcher.changed);
  }
}

}  // namespace chat
