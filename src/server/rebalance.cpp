#include "server/rebalance.hpp"

#include <algorithm>
#include <utility>

namespace chat {

std::optional<Rebalance::Order> Rebalance::on_listed(const NodeCard& own, const std::vector<NodeCard>& cards) {
  std::set<std::string> others;
  std::uint64_t nodes = 1, clients = own.connections;
  bool one_leaves = false;
  for (const auto& card : cards) {
    const auto silent = std::max<UnixMs>(0, clock_.unix_ms() - card.last_seen);
    if (card.instance == own.instance || Milliseconds(silent) > NodeRegistry::kActiveWithin) continue;
    one_leaves = one_leaves || card.draining;
    if (card.draining) continue;
    others.insert(card.instance);
    ++nodes;
    clients += card.connections;
  }
  const bool has_new = !std::includes(known_.begin(), known_.end(), others.begin(), others.end());
  known_ = std::move(others);
  if ((std::exchange(has_begun_, true) && has_new) || (due_ && one_leaves)) due_ = clock_.now() + kSettles;
  if (own.draining || !due_ || clock_.now() < *due_) return std::nullopt;
  due_.reset();
  const std::uint64_t fair = (clients + nodes - 1) / nodes;
  const std::uint64_t surplus = own.connections - std::min(own.connections, fair);
  if (surplus < std::max(kLeastSurplus, fair / 10)) return std::nullopt;
  return Order{static_cast<double>(surplus) / static_cast<double>(own.connections), kPerClient * surplus};
}

}  // namespace chat
