#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backplane/memory/posting.hpp"
#include "chat/backplane/cluster_kv.hpp"
#include "chat/base/hash.hpp"

namespace chat {

/// The lists of a MemoryBus, and the nodes that watch them. Thread: the loop of the bus. Bound: kMaxListEntries in each
/// list.
class MemoryLists {
 public:
  /// Errors: busy, the list is full.
  Result<bool> put(const std::string& list, ListEntry entry, UnixMs now);
  /// False if there is an entry with this key.
  Result<bool> put_new(const std::string& list, ListEntry entry, UnixMs now);
  bool remove(std::string_view list, std::string_view key, UnixMs now);
  std::vector<ListEntry> read(std::string_view list, UnixMs now);

  /// Lists with entries, and some that have ended.
  std::size_t count() const { return lists_.size(); }

  void watch(Posting& node, std::string list, std::function<void()> changed);
  void unwatch(const Posting& node);

 private:
  struct Watcher {
    Posting* node;
    std::string list;
    std::function<void()> changed;
  };
  static constexpr std::size_t kFewLists = 1024;

  void tell(std::string_view list);
  void drop_lists(UnixMs now);

  TextMap<TextMap<ListEntry>> lists_;
  std::size_t drop_at_ = kFewLists;
  std::vector<Watcher> watchers_;
};

}  // namespace chat
