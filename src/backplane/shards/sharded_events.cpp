#include "backplane/shards/sharded_events.hpp"

#include <utility>

namespace chat::shards {
namespace {

EventBacklog sum_of(const std::vector<EventBacklog>& parts) {
  EventBacklog sum;
  for (const auto& part : parts) {
    sum.waiting += part.waiting;
    sum.dead += part.dead;
    sum.lost += part.lost;
  }
  return sum;
}

}  // namespace

void ShardedEvents::enable(std::function<bool(std::string_view room)> wanted, std::size_t max_entries) {
  const std::size_t share = (max_entries + stores_.size() - 1) / stores_.size();
  for (const auto& store : stores_) store->events().enable(wanted, share);
}

void ShardedEvents::change(HoldingChanges changes, Completion<bool> done) {
  holdings().change(std::move(changes), std::move(done));
}

void ShardedEvents::list(NodeInstance instance, std::string cursor, Completion<Page> done) {
  holdings().list(std::move(instance), std::move(cursor), std::move(done));
}

void ShardedEvents::instances(Completion<std::vector<NodeInstance>> done) { holdings().instances(std::move(done)); }

void ShardedEvents::backlog(Completion<EventBacklog> done) {
  const auto answers = Gathering<EventBacklog>::make<EventBacklog>(stores_.size(), sum_of, std::move(done));
  for (const auto& store : stores_) store->events().backlog(answers->completion());
}

}  // namespace chat::shards
