#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "backplane/shards/shard_map.hpp"
#include "chat/backplane/cluster_services.hpp"

namespace chat::shards {

/// The stores that together are one, and which of them answer. Thread: the backplane loop. Owner: ShardedServices.
class Stores {
 public:
  Stores(boost::asio::io_context& loop, std::vector<std::unique_ptr<ClusterServices>> all)
      : loop_(loop), all_(std::move(all)), answers_(all_.size()) {}

  boost::asio::io_context& loop() { return loop_; }

  std::size_t size() const { return all_.size(); }
  ClusterServices& operator[](StoreShard shard) { return *all_[shard]; }
  StoreShard shard_of(std::string_view name) const { return shards::shard_of(name, size()); }
  /// Two stores for what must survive the loss of either.
  std::array<StoreShard, 2> pair_of(std::string_view name) const {
    const StoreShard first = shard_of(name);
    return {first, static_cast<StoreShard>((first + 1) % size())};
  }
  ClusterServices& of(std::string_view name) { return *all_[shard_of(name)]; }
  auto begin() { return all_.begin(); }
  auto end() { return all_.end(); }

  void set_available(StoreShard shard, bool is_available) { answers_[shard] = is_available; }
  bool is_available(StoreShard shard) const { return answers_[shard]; }
  /// The first store that answers; the first of all if none does, which then says why not.
  ClusterServices& any() {
    for (StoreShard shard = 0; shard < size(); ++shard) {
      if (answers_[shard]) return *all_[shard];
    }
    return *all_.front();
  }

 private:
  boost::asio::io_context& loop_;
  std::vector<std::unique_ptr<ClusterServices>> all_;
  std::vector<char> answers_;
};

/// Collects the answers of several stores to one question. Owner: the completions that it makes.
template <class Value>
class Gathering : public std::enable_shared_from_this<Gathering<Value>> {
 public:
  /// `combine` gets the values of the stores that had one, in the order of their completions. If none had: `done` gets
  /// the first failure.
  template <class Outcome, class Combine>
  static std::shared_ptr<Gathering> make(std::size_t stores, Combine combine, Completion<Outcome> done) {
    auto gathering = std::make_shared<Gathering>();
    gathering->answers_.resize(stores);
    gathering->finish_ = [combine = std::move(combine), done = std::move(done)](std::vector<Value> values,
                                                                                const std::optional<Failure>& failure) {
      if (values.empty()) return done(*failure);
      done(combine(std::move(values)));
    };
    return gathering;
  }
  /// `done` gets the first value; the first failure if any store had one.
  static std::shared_ptr<Gathering> of_all(std::size_t stores, Completion<Value> done) {
    auto gathering = std::make_shared<Gathering>();
    gathering->answers_.resize(stores);
    gathering->finish_ = [done = std::move(done)](std::vector<Value> values, const std::optional<Failure>& failure) {
      if (failure) return done(*failure);
      done(std::move(values.front()));
    };
    return gathering;
  }

  /// For the next store.
  Completion<Value> completion() {
    return [self = this->shared_from_this(), place = asked_++](Result<Value> result) {
      if (result) {
        self->answers_[place] = *std::move(result);
      } else if (!self->failure_) {
        self->failure_ = result.error();
      }
      if (++self->answered_ == self->answers_.size()) self->finish();
    };
  }

 private:
  void finish() {
    std::vector<Value> values;
    for (auto& answer : answers_) {
      if (answer) values.push_back(std::move(*answer));
    }
    finish_(std::move(values), failure_);
  }

  std::size_t asked_ = 0, answered_ = 0;
  std::vector<std::optional<Value>> answers_;
  std::optional<Failure> failure_;
  std::function<void(std::vector<Value>, const std::optional<Failure>&)> finish_;
};

}  // namespace chat::shards
