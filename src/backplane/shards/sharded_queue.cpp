#include "backplane/shards/sharded_queue.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace chat::shards {
namespace {

std::string joined(StoreShard shard, const std::string& id) { return std::to_string(shard) + ':' + id; }

/// Only of ids that joined() made.
std::pair<StoreShard, std::string> parted(const std::string& id) {
  StoreShard shard = 0;
  const auto [after, error] = std::from_chars(id.data(), id.data() + id.size(), shard);
  return {shard, id.substr(static_cast<std::size_t>(after - id.data()) + 1)};
}

}  // namespace

/// The batches of one queue on their way to its consumer.
class ShardedQueue::Reading {
 public:
  Reading(Stores& stores, std::string queue, QueueConsumer& consumer)
      : stores_(stores), queue_(std::move(queue)), consumer_(consumer) {
    for (StoreShard shard = 0; shard < stores.size(); ++shard) parts_.push_back(std::make_unique<Part>(*this, shard));
    for (StoreShard shard = 0; shard < stores.size(); ++shard) begin(shard);
  }

  void stop() {
    for (const auto& store : stores_) store->queue().stop(queue_);
  }

 private:
  struct Batch {
    StoreShard shard;
    std::vector<QueueEntry> entries;
    std::function<void()> next;
  };
  class Part final : public QueueConsumer {
   public:
    Part(Reading& reading, StoreShard shard) : reading_(reading), shard_(shard) {}
    void on_entries(std::vector<QueueEntry> entries, std::function<void()> next) override {
      reading_.take({shard_, std::move(entries), std::move(next)});
    }
    void on_lost() override { reading_.lose(shard_); }

   private:
    Reading& reading_;
    StoreShard shard_;
  };

  void begin(StoreShard shard) { stores_[shard].queue().consume(queue_, *parts_[shard]); }

  void take(Batch batch) {
    for (auto& entry : batch.entries) entry.id = joined(batch.shard, entry.id);
    waiting_.push_back(std::move(batch));
    pass_on();
  }

  /// The consumer may ask for the next batch before it returns.
  void pass_on() {
    if (is_busy_ || waiting_.empty()) return;
    is_busy_ = true;
    Batch batch = std::move(waiting_.front());
    waiting_.pop_front();
    consumer_.on_entries(std::move(batch.entries), [this, turn = turn_, next = std::move(batch.next)] {
      if (turn != turn_) return;
      is_busy_ = false;
      next();
      pass_on();
    });
  }

  /// The consumer forgets the entries of every store, so those that did not fail give theirs again.
  void lose(StoreShard lost) {
    ++turn_;
    is_busy_ = false;
    waiting_.clear();
    consumer_.on_lost();
    for (StoreShard shard = 0; shard < stores_.size(); ++shard) {
      if (shard == lost) continue;
      stores_[shard].queue().stop(queue_);
      begin(shard);
    }
  }

  Stores& stores_;
  const std::string queue_;
  QueueConsumer& consumer_;
  std::vector<std::unique_ptr<Part>> parts_;
  std::deque<Batch> waiting_;  // one of a store at most
  bool is_busy_ = false;
  std::uint64_t turn_ = 0;
};

ShardedQueue::ShardedQueue(Stores& stores) : stores_(stores) {}
ShardedQueue::~ShardedQueue() = default;

void ShardedQueue::push(std::string queue, QueueFields fields, Completion<std::string> done) {
  const StoreShard shard = stores_.shard_of(queue);
  stores_[shard].queue().push(std::move(queue), std::move(fields),
                              [shard, done = std::move(done)](const Result<std::string>& id) {
                                if (!id) return done(id);
                                done(joined(shard, *id));
                              });
}

void ShardedQueue::consume(std::string queue, QueueConsumer& consumer) {
  auto reading = std::make_unique<Reading>(stores_, queue, consumer);
  readings_.insert_or_assign(std::move(queue), std::move(reading));
}

void ShardedQueue::acknowledge(const std::string& queue, std::vector<std::string> ids) {
  std::vector<std::vector<std::string>> of_each(stores_.size());
  for (const auto& id : ids) {
    auto [shard, own] = parted(id);
    of_each[shard].push_back(std::move(own));
  }
  for (StoreShard shard = 0; shard < stores_.size(); ++shard) {
    if (!of_each[shard].empty()) stores_[shard].queue().acknowledge(queue, std::move(of_each[shard]));
  }
}

void ShardedQueue::bury(const std::string& queue, std::string id, std::string reason) {
  auto [shard, own] = parted(id);
  stores_[shard].queue().bury(queue, std::move(own), std::move(reason));
}

void ShardedQueue::stop(const std::string& queue) {
  const auto reading = readings_.find(queue);
  if (reading == readings_.end()) return;
  reading->second->stop();
  readings_.erase(reading);
}

}  // namespace chat::shards
