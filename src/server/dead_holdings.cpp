#include "server/dead_holdings.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "chat/base/log.hpp"

namespace chat {

void DeadHoldings::on_living(const std::vector<NodeInstance>& living) {
  const auto first = std::min_element(living.begin(), living.end());
  if (is_ending_ || first == living.end() || *first != own_) return;
  is_ending_ = true;
  store_.instances([this, living](const Result<std::vector<NodeInstance>>& holders) {
    dead_.clear();
    if (holders) {
      std::copy_if(holders->begin(), holders->end(), std::back_inserter(dead_), [&](const NodeInstance& holder) {
        return std::find(living.begin(), living.end(), holder) == living.end();
      });
    }
    end_next();
  });
}

void DeadHoldings::end_next() {
  is_ending_ = !dead_.empty();
  if (is_ending_) end(dead_.back());
}

/// A page at a time, always from the beginning: what has ended is not there any more.
void DeadHoldings::end(const NodeInstance& dead) {
  store_.list(dead, "0", [this, dead](const Result<ClusterEvents::Page>& page) {
    page ? on_listed(dead, *page) : static_cast<void>(is_ending_ = false);
  });
}

void DeadHoldings::on_listed(const NodeInstance& dead, const ClusterEvents::Page& page) {
  HoldingChanges ends{dead, 0, clock_.unix_ms(), {}};
  for (const auto& holding : page.holdings) {
    const bool is_wanted = holding.kind == Holding::Kind::room ? wants_(HookEvent::room_vacated, holding.name)
                                                               : wants_(HookEvent::disconnected, {});
    ends.changes.push_back({false, holding, "its node has died", is_wanted});
  }
  const bool was_last = page.next == "0";
  log_info("holdings_of_dead_node", {{"instance", dead}, {"count", ends.changes.size()}});
  store_.change(std::move(ends), [this, dead, was_last](const Result<bool>& stored) {
    is_ending_ = stored.has_value();
    if (!stored) return;
    if (!was_last) return end(dead);
    dead_.pop_back();
    end_next();
  });
}

}  // namespace chat
