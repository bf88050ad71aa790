#pragma once

#include <string>
#include <vector>

#include "backplane/shards/stores.hpp"
#include "chat/backplane/backplane.hpp"

namespace chat::shards {

/// Each room in one of several stores. If a store is away, its rooms are, and no others.
/// Thread: the backplane loop. Owner: ShardedServices.
class ShardedBackplane final : public Backplane {
 public:
  explicit ShardedBackplane(Stores& stores);

  /// Hears which stores answer, before the sink does. Before start().
  class Follower {
   public:
    virtual void on_available(StoreShard shard, bool is_available) = 0;

   protected:
    ~Follower() = default;
  };
  void follow(Follower& follower) { followers_.push_back(&follower); }

  void start(BackplaneSink& sink) override;
  std::size_t store_shard_count() const override { return stores_.size(); }
  StoreShard store_shard(std::string_view room) const override { return stores_.shard_of(room); }
  void append(Append append, Completion<Appended> done) override;
  void subscribe(std::string room, Completion<LogState> done) override;
  void unsubscribe(std::string_view room) override;
  void top(std::string room, Completion<Position> done) override;
  void state(std::string room, Completion<LogState> done) override;
  void history(std::string room, HistoryQuery query, Completion<std::vector<Message>> done) override;
  void signal(std::string_view room, Signal kind, std::string_view payload) override;
  void broadcast(std::string_view payload) override;
  bool takes_new_rooms() const override;
  StoreMemory memory() const override;
  void stop() override;

 private:
  /// Takes the deliveries of one store.
  class Inlet final : public BackplaneSink {
   public:
    Inlet(ShardedBackplane& owner, StoreShard shard) : owner_(owner), shard_(shard) {}
    void on_published(std::string_view room, std::string_view epoch, Offset first,
                      std::span<const std::string_view> bodies) override;
    void on_signal(std::string_view room, Signal kind, std::string_view payload) override;
    void on_broadcast(std::string_view payload) override;
    void on_batch_end() override;
    bool is_full() const override;
    void on_available(StoreShard part, bool is_available) override;

   private:
    bool is_own(std::string_view room) const { return owner_.stores_.shard_of(room) == shard_; }

    ShardedBackplane& owner_;
    StoreShard shard_;
  };

  template <class Value>
  Backplane* find(std::string_view room, const Completion<Value>& done);
  void announce(StoreShard shard, bool is_available);

  Stores& stores_;
  std::vector<Inlet> inlets_;
  std::vector<Follower*> followers_;
  BackplaneSink* sink_ = nullptr;
};

}  // namespace chat::shards
