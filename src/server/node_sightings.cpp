#include "server/node_sightings.hpp"

#include <algorithm>
#include <utility>

#include "chat/core/limits.hpp"

namespace chat {

std::vector<NodeSeen> NodeSightings::see(std::vector<NodeCard> cards, Instant now) {
  std::sort(cards.begin(), cards.end(), [](const NodeCard& a, const NodeCard& b) { return a.id < b.id; });
  if (cards.size() > limits::kNodesSeen) cards.resize(limits::kNodesSeen);
  std::map<std::string, Sighting> still;
  std::vector<NodeSeen> seen;
  for (auto& card : cards) {
    const auto before = known_.find(card.id);
    const bool is_news = before == known_.end() || before->second.announced != card.last_seen ||
                         before->second.instance != card.instance;
    const Instant at = is_news ? now : before->second.at;
    auto state = card.draining ? NodeSeen::State::draining : NodeSeen::State::ready;
    if (now - at >= kSilentAfter) state = NodeSeen::State::silent;
    still.emplace(card.id, Sighting{card.last_seen, card.instance, at});
    seen.push_back({std::move(card.id), std::move(card.name), state, card.connections, card.rooms,
                    card.messages_per_second, card.started_at, std::move(card.version)});
  }
  known_ = std::move(still);
  return seen;
}

}  // namespace chat
