#pragma once

#include <array>
#include <cstddef>
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
  explicit Stores(std::vector<std::unique_ptr<ClusterServices>> all) : all_(std::move(all)), answers_(all_.size()) {}

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
  std::vector<std::unique_ptr<ClusterServices>> all_;
  std::vector<char> answers_;
};

/// Collects the answers of all stores to one question. Owner: the completions that it makes.
template <class Value>
class Gathering : public std::enable_shared_from_this<Gathering<Value>> {
 public:
  /// `combine` gets the values of the stores that had one. If none had: `done` gets the first failure.
  template <class Outcome, class Combine>
  static std::shared_ptr<Gathering> make(std::size_t stores, Combine combine, Completion<Outcome> done) {
    auto gathering = std::make_shared<Gathering>();
    gathering->open_ = stores;
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
    gathering->open_ = stores;
    gathering->finish_ = [done = std::move(done)](std::vector<Value> values, const std::optional<Failure>& failure) {
      if (failure) return done(*failure);
      done(std::move(values.front()));
    };
    return gathering;
  }

  /// For one store.
  Completion<Value> completion() {
    return [self = this->shared_from_this()](Result<Value> result) {
      if (result) {
        self->values_.push_back(*std::move(result));
      } else if (!self->failure_) {
        self->failure_ = result.error();
      }
      if (--self->open_ == 0) self->finish_(std::move(self->values_), self->failure_);
    };
  }

 private:
  std::size_t open_ = 0;
  std::vector<Value> values_;
  std::optional<Failure> failure_;
  std::function<void(std::vector<Value>, const std::optional<Failure>&)> finish_;
};

}  // namespace chat::shards
