#include "backplane/shards/sharded_presence.hpp"

#include <algorithm>
#include <utility>

namespace chat::shards {
namespace {

/// A store that is new wants to be told everything again, even if the others are not.
Lease combined(const std::vector<Lease>& leases) {
  Lease all;
  for (const auto& lease : leases) {
    all.is_new = all.is_new || lease.is_new;
    for (const auto& instance : lease.living) {
      if (std::find(all.living.begin(), all.living.end(), instance) == all.living.end()) all.living.push_back(instance);
    }
  }
  return all;
}

}  // namespace

void ShardedPresence::change(std::string_view room, const PresenceChange& change, Completion<bool> done) {
  stores_.of(room).presence().change(room, change, std::move(done));
}

void ShardedPresence::load(std::string room, Through through, Completion<std::vector<PresenceRow>> done) {
  PresenceStore& store = stores_.of(room).presence();
  store.load(std::move(room), through, std::move(done));
}

void ShardedPresence::renew(std::string_view instance, Completion<Lease> done) {
  const auto answers = Gathering<Lease>::make<Lease>(stores_.size(), combined, std::move(done));
  for (const auto& store : stores_) store->presence().renew(instance, answers->completion());
}

void ShardedPresence::resign(std::string_view instance) {
  for (const auto& store : stores_) store->presence().resign(instance);
}

}  // namespace chat::shards
