#include "backplane/shards/sharded_registry.hpp"

#include <algorithm>
#include <utility>

namespace chat::shards {
namespace {

std::vector<NodeCard> newest_of_each(std::vector<std::vector<NodeCard>> lists) {
  std::vector<NodeCard> all;
  for (auto& list : lists) {
    for (auto& card : list) {
      const auto known = std::find_if(all.begin(), all.end(), [&card](const auto& one) { return one.id == card.id; });
      if (known == all.end()) {
        all.push_back(std::move(card));
      } else if (card.last_seen > known->last_seen) {
        *known = std::move(card);
      }
    }
  }
  return all;
}

/// The time of the first store that answers, because the stores' clocks differ; the last life that any store knows,
/// because one that was away knows an older one.
Announced newest(const std::vector<Announced>& all) {
  Announced announced = all.front();
  for (const auto& one : all) {
    if (one.before_started <= announced.before_started) continue;
    announced.before = one.before;
    announced.before_started = one.before_started;
  }
  return announced;
}

}  // namespace

void ShardedRegistry::announce(const NodeCard& card, Completion<Announced> done) {
  const auto answers = Gathering<Announced>::make<Announced>(stores_.size(), newest, std::move(done));
  for (const auto& store : stores_) store->registry().announce(card, answers->completion());
}

void ShardedRegistry::list(Completion<std::vector<NodeCard>> done) {
  const auto answers =
      Gathering<std::vector<NodeCard>>::make<std::vector<NodeCard>>(stores_.size(), newest_of_each, std::move(done));
  for (const auto& store : stores_) store->registry().list(answers->completion());
}

void ShardedRegistry::withdraw(std::string_view id) {
  for (const auto& store : stores_) store->registry().withdraw(id);
}

}  // namespace chat::shards
