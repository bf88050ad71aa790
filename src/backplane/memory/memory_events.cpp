#include "backplane/memory/memory_events.hpp"

#include <utility>

namespace chat {

void MemoryEvents::enable(std::function<bool(std::string_view room)> wanted, std::size_t max_entries) {
  bus_.events.wanted = std::move(wanted);
  bus_.events.max_entries = max_entries;
}

void MemoryEvents::change(HoldingChanges changes, Completion<bool> done) {
  apply(changes);
  posting_.later([done = std::move(done)] { done(true); });
}

void MemoryEvents::apply(const HoldingChanges& changes) {
  auto& [number, holdings] = bus_.events.holders[changes.instance];
  const bool is_dead = changes.number == 0;
  if (!is_dead && std::exchange(number, changes.number) == changes.number) return;
  const auto tell = [&](const char* event, QueueFields fields) {
    QueueFields all{
        {"event", event}, {"time", std::to_string(changes.time)}, {"node", std::string(node_of(changes.instance))}};
    std::move(fields.begin(), fields.end(), std::back_inserter(all));
    bus_.enqueue_event(std::move(all));
  };
  for (const auto& [begins, holding, reason, is_wanted] : changes.changes) {
    const auto place = holdings.find({holding.kind, holding.name});
    const bool is_changed = begins == (place == holdings.end());
    if (begins) holdings[{holding.kind, holding.name}] = holding.user;
    if (!begins && is_changed) holdings.erase(place);
    const bool is_told = is_wanted && (is_changed || (!begins && !is_dead));
    if (holding.kind == Holding::Kind::session) {
      QueueFields fields{{"session", holding.name}, {"user", holding.user}};
      if (!begins) fields.emplace_back("reason", reason);
      if (is_told) tell(begins ? "connected" : "disconnected", std::move(fields));
      continue;
    }
    auto& nodes = bus_.events.rooms[holding.name];
    if (is_changed) nodes += begins ? 1 : -1;
    const bool is_edge = nodes == (begins ? 1 : 0);
    if (nodes == 0) bus_.events.rooms.erase(holding.name);
    if (is_told && is_edge) tell(begins ? "room_occupied" : "room_vacated", {{"room", holding.name}});
  }
  if (is_dead && holdings.empty()) bus_.events.holders.erase(changes.instance);
}

void MemoryEvents::list(NodeInstance instance, std::string, Completion<Page> done) {
  posting_.later([this, instance = std::move(instance), done = std::move(done)] {
    Page page{{}, "0"};
    const auto found = bus_.events.holders.find(instance);
    if (found != bus_.events.holders.end()) {
      for (const auto& [key, user] : found->second.holdings) page.holdings.push_back({key.first, key.second, user});
    }
    done(std::move(page));
  });
}

void MemoryEvents::instances(Completion<std::vector<NodeInstance>> done) {
  posting_.later([this, done = std::move(done)] {
    std::vector<NodeInstance> instances;
    for (const auto& [instance, holder] : bus_.events.holders) instances.push_back(instance);
    done(std::move(instances));
  });
}

void MemoryEvents::backlog(Completion<EventBacklog> done) {
  posting_.later([this, done = std::move(done)] {
    done(
        EventBacklog{bus_.queues.size(kQueue), bus_.queues.size(ClusterQueue::dead_letters(kQueue)), bus_.events.lost});
  });
}

}  // namespace chat
