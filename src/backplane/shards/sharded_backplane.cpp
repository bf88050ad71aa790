#include "backplane/shards/sharded_backplane.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "chat/base/log.hpp"

namespace chat::shards {
namespace {

// Where each store keeps which of how many it is: nodes that disagree would look for a room in different stores.
constexpr const char* kPlaceList = "store-place";
constexpr const char* kPlaceKey = "place";
constexpr Milliseconds kRetryAfter{1000};
constexpr Milliseconds kPlaceKept = std::chrono::hours(24 * 365 * 50);

}  // namespace

ShardedBackplane::ShardedBackplane(boost::asio::io_context& loop, Stores& stores) : loop_(loop), stores_(stores) {
  for (StoreShard shard = 0; shard < stores.size(); ++shard) inlets_.emplace_back(*this, shard);
}

void ShardedBackplane::start(BackplaneSink& sink) {
  sink_ = &sink;
  for (StoreShard shard = 0; shard < stores_.size(); ++shard) stores_[shard].backplane().start(inlets_[shard]);
}

void ShardedBackplane::stop() {
  for (const auto& store : stores_) store->backplane().stop();
}

/// The store of a room; null, and the refusal is on its way, if it is away or not where this node takes it to be.
template <class Value>
Backplane* ShardedBackplane::find(std::string_view room, const Completion<Value>& done) {
  const StoreShard shard = stores_.shard_of(room);
  if (stores_.is_available(shard)) return &stores_[shard].backplane();
  boost::asio::post(
      loop_, [done] { done(Failure{ErrorCode::unavailable, "the store of this room does not answer", kRetryAfter}); });
  return nullptr;
}

void ShardedBackplane::append(Append append, Completion<Appended> done) {
  if (Backplane* const store = find(append.room, done)) store->append(std::move(append), std::move(done));
}

void ShardedBackplane::subscribe(std::string room, Completion<LogState> done) {
  if (Backplane* const store = find(room, done)) store->subscribe(std::move(room), std::move(done));
}

void ShardedBackplane::unsubscribe(std::string_view room) { stores_.of(room).backplane().unsubscribe(room); }

void ShardedBackplane::top(std::string room, Completion<Position> done) {
  if (Backplane* const store = find(room, done)) store->top(std::move(room), std::move(done));
}

void ShardedBackplane::state(std::string room, Completion<LogState> done) {
  if (Backplane* const store = find(room, done)) store->state(std::move(room), std::move(done));
}

void ShardedBackplane::history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) {
  if (Backplane* const store = find(room, done)) store->history(std::move(room), query, std::move(done));
}

void ShardedBackplane::signal(std::string_view room, Signal kind, std::string_view payload) {
  const StoreShard shard = stores_.shard_of(room);
  if (stores_.is_available(shard)) stores_[shard].backplane().signal(room, kind, payload);
}

void ShardedBackplane::broadcast(std::string_view payload) { stores_.any().backplane().broadcast(payload); }

bool ShardedBackplane::takes_new_rooms() const {
  return std::all_of(stores_.begin(), stores_.end(),
                     [](const auto& store) { return store->backplane().takes_new_rooms(); });
}

/// Of the fullest store.
StoreMemory ShardedBackplane::memory() const {
  const auto share = [](const StoreMemory& memory) {
    return memory.max_bytes == 0 ? 0.0 : static_cast<double>(memory.used_bytes) / static_cast<double>(memory.max_bytes);
  };
  StoreMemory fullest = stores_[0].backplane().memory();
  for (StoreShard shard = 1; shard < stores_.size(); ++shard) {
    const StoreMemory memory = stores_[shard].backplane().memory();
    if (share(memory) > share(fullest)) fullest = memory;
  }
  return fullest;
}

/// A store begins to answer for its rooms once it is known to be where this node takes it to be.
void ShardedBackplane::check_place(StoreShard shard) {
  const std::string place = std::to_string(shard + 1) + " of " + std::to_string(stores_.size());
  ClusterKv& kv = stores_[shard].kv();
  kv.put_new(kPlaceList, kPlaceKey, place, kPlaceKept, [](const Result<bool>&) {});
  kv.read(kPlaceList, [this, shard, place](const Result<std::vector<ListEntry>>& entries) {
    if (!entries) return;  // it is away again, or will be
    const auto found =
        std::find_if(entries->begin(), entries->end(), [](const auto& entry) { return entry.key == kPlaceKey; });
    if (found == entries->end()) return;
    if (found->value == place) return announce(shard, true);
    log_error("store_misplaced", {{"listed_as", place},
                                  {"is", found->value},
                                  {"why", "the URL of each node must list the same stores in the same order"}});
  });
}

void ShardedBackplane::announce(StoreShard shard, bool is_available) {
  stores_.set_available(shard, is_available);
  for (Follower* follower : followers_) follower->on_available(shard, is_available);
  sink_->on_available(shard, is_available);
}

// ---- what the stores deliver -----------------------------------------------------------------------------------

void ShardedBackplane::Inlet::on_published(std::string_view room, std::string_view epoch, Offset first,
                                           std::span<const std::string_view> bodies) {
  if (is_own(room)) owner_.sink_->on_published(room, epoch, first, bodies);
}

void ShardedBackplane::Inlet::on_signal(std::string_view room, Signal kind, std::string_view payload) {
  if (is_own(room)) owner_.sink_->on_signal(room, kind, payload);
}

void ShardedBackplane::Inlet::on_broadcast(std::string_view payload) { owner_.sink_->on_broadcast(payload); }

void ShardedBackplane::Inlet::on_batch_end() { owner_.sink_->on_batch_end(); }

bool ShardedBackplane::Inlet::is_full() const { return owner_.sink_->is_full(); }

void ShardedBackplane::Inlet::on_available(StoreShard, bool is_available) {
  if (is_available) return owner_.check_place(shard_);
  if (owner_.stores_.is_available(shard_)) owner_.announce(shard_, false);
}

}  // namespace chat::shards
