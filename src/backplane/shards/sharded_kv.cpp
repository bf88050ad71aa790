#include "backplane/shards/sharded_kv.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "chat/base/clock.hpp"

namespace chat::shards {
namespace {

constexpr Seconds kKept{7 * 24 * 3600};  // the secret that a copy had before, see rotate_secret.cpp

/// Gives a store the secret that another one has decided.
void copy_secret(ClusterKv& store, const std::string& secret) {
  store.agree_secret(secret, [&store, secret](const Result<SharedSecret>& agreed) {
    if (agreed && agreed->current != secret) store.rotate_secret(secret, kKept, [](const Result<bool>&) {});
  });
}

}  // namespace

void ShardedKv::claim(std::string name, Seconds kept, Completion<bool> done) {
  ClusterKv& store = stores_.of(name).kv();
  store.claim(std::move(name), kept, std::move(done));
}

void ShardedKv::agree_secret(std::string offer, Completion<SharedSecret> done) {
  ClusterServices& decides = stores_.any();
  decides.kv().agree_secret(std::move(offer),
                            [this, &decides, done = std::move(done)](const Result<SharedSecret>& agreed) {
                              if (agreed && is_good_secret(agreed->current)) {
                                for (const auto& store : stores_) {
                                  if (store.get() != &decides) copy_secret(store->kv(), agreed->current);
                                }
                              }
                              done(agreed);
                            });
}

/// The first store last, because it decides.
void ShardedKv::rotate_secret(std::string secret, Seconds kept, Completion<bool> done) {
  for (StoreShard shard = 0; shard < stores_.size(); ++shard) {
    if (!stores_.is_available(shard)) return refuse_later(std::move(done));
  }
  for (StoreShard shard = 1; shard < stores_.size(); ++shard) {
    stores_[shard].kv().rotate_secret(secret, kept, [](const Result<bool>&) {});
  }
  stores_[0].kv().rotate_secret(std::move(secret), kept, std::move(done));
}

template <class Change>
void ShardedKv::change_both(const std::string& list, Completion<bool> done, Change change) {
  const auto pair = stores_.pair_of(list);
  for (const StoreShard shard : pair) {
    if (!stores_.is_available(shard)) return refuse_later(std::move(done));
  }
  const auto answers = Gathering<bool>::of_all(2, std::move(done));
  for (const StoreShard shard : pair) change(stores_[shard].kv(), answers->completion());
}

void ShardedKv::refuse_later(Completion<bool> done) {
  boost::asio::post(stores_.loop(), [done = std::move(done)] {
    done(Failure{ErrorCode::unavailable, "one of the stores does not answer"});
  });
}

void ShardedKv::on_available(StoreShard, bool is_available) {
  if (!is_available) return;
  for (const auto& list : lists_) {
    const auto [first, second] = stores_.pair_of(list);
    if (!stores_.is_available(first) || !stores_.is_available(second)) continue;
    complete(list, first, second);
    complete(list, second, first);
  }
}

/// Gives `to` what only `from` has.
void ShardedKv::complete(const std::string& list, StoreShard from, StoreShard to) {
  stores_[from].kv().read(list, [this, list, to](const Result<std::vector<ListEntry>>& entries) {
    if (!entries) return;
    for (const auto& entry : *entries) {
      const Milliseconds left(entry.until - SystemClock().unix_ms());
      if (left > Milliseconds{0})
        stores_[to].kv().put_new(list, entry.key, entry.value, left, [](const Result<bool>&) {});
    }
  });
}

void ShardedKv::put(std::string list, std::string key, std::string value, Milliseconds kept, Completion<bool> done) {
  change_both(list, std::move(done), [&](ClusterKv& store, Completion<bool> changed) {
    store.put(list, key, value, kept, std::move(changed));
  });
}

void ShardedKv::put_new(std::string list, std::string key, std::string value, Milliseconds kept,
                        Completion<bool> done) {
  change_both(list, std::move(done), [&](ClusterKv& store, Completion<bool> changed) {
    store.put_new(list, key, value, kept, std::move(changed));
  });
}

void ShardedKv::remove(std::string list, std::string key, Completion<bool> done) {
  change_both(list, std::move(done),
              [&](ClusterKv& store, Completion<bool> changed) { store.remove(list, key, std::move(changed)); });
}

void ShardedKv::read(std::string list, Completion<std::vector<ListEntry>> done) {
  const auto [first, second] = stores_.pair_of(list);
  ClusterKv& store = stores_[stores_.is_available(first) ? first : second].kv();
  store.read(std::move(list), std::move(done));
}

void ShardedKv::watch(std::string list, std::function<void()> changed) {
  lists_.insert(list);
  const auto [first, second] = stores_.pair_of(list);
  stores_[first].kv().watch(list, changed);
  stores_[second].kv().watch(list, [this, first, changed = std::move(changed)] {
    if (!stores_.is_available(first)) changed();
  });
}

}  // namespace chat::shards
