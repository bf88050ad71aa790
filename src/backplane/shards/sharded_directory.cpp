#include "backplane/shards/sharded_directory.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace chat::shards {
namespace {

/// Takes "<shard>:" off the front.
std::optional<StoreShard> take_shard(std::string& cursor, std::size_t count) {
  if (cursor.empty()) return 0;
  StoreShard shard = 0;
  const char* const end = cursor.data() + cursor.size();
  const auto [after, error] = std::from_chars(cursor.data(), end, shard);
  if (error != std::errc{} || after == end || *after != ':' || shard >= count) return std::nullopt;
  cursor.erase(0, static_cast<std::size_t>(after - cursor.data()) + 1);
  return shard;
}

}  // namespace

void ShardedDirectory::list(std::string prefix, std::string cursor, std::size_t limit, Completion<RoomPage> done) {
  const auto shard = take_shard(cursor, stores_.size());
  // A cursor that no store has given is for the first store to refuse.
  RoomDirectory& store = stores_[shard.value_or(0)].directory();
  store.list(std::move(prefix), shard ? std::move(cursor) : "?", limit,
             [shard, count = stores_.size(), done = std::move(done)](Result<RoomPage> page) {
               if (!page) return done(std::move(page));
               const StoreShard next = page->next.empty() ? *shard + 1 : *shard;
               page->next = next < count ? std::to_string(next) + ':' + page->next : "";
               done(std::move(page));
             });
}

}  // namespace chat::shards
