#include "backplane/shards/sharded_backplane.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace chat::shards {
namespace {

constexpr Milliseconds kRetryAfter{1000};

}  // namespace

ShardedBackplane::ShardedBackplane(Stores& stores) : stores_(stores) {
  for (StoreShard shard = 0; shard < stores.size(); ++shard) inlets_.emplace_back(*this, shard);
}

void ShardedBackplane::start(BackplaneSink& sink) {
  sink_ = &sink;
  for (StoreShard shard = 0; shard < stores_.size(); ++shard) stores_[shard].backplane().start(inlets_[shard]);
}

void ShardedBackplane::stop() {
  for (const auto& store : stores_) store->backplane().stop();
}

/// The store of a room; null, and the refusal is on its way, if it is away.
template <class Value>
Backplane* ShardedBackplane::find(std::string_view room, const Completion<Value>& done) {
  const StoreShard shard = stores_.shard_of(room);
  if (stores_.is_available(shard)) return &stores_[shard].backplane();
  boost::asio::post(stores_.loop(), [done] {
    done(Failure{ErrorCode::unavailable, "the store of this room does not answer", kRetryAfter});
  });
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

void ShardedBackplane::Inlet::on_available(StoreShard, bool is_available) { owner_.announce(shard_, is_available); }

}  // namespace chat::shards
