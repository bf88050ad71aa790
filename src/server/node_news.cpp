// The news of a node: its own for the others, and theirs.
#include <chrono>
#include <utility>

#include "chat/server/version.hpp"
#include "server/clock_check.hpp"
#include "server/node_parts.hpp"

namespace chat {
namespace {

constexpr Milliseconds kListAfter{20};  // times the nodes of the last list: a large cluster is read less often
constexpr Seconds kCountEvery{1};       // deliveries

}  // namespace

std::vector<std::string> Node::Parts::faults() const {
  auto faults = neighbours.faults();
  for (auto& fault : access.faults()) faults.push_back(std::move(fault));
  if (transport_settings.secret.view().empty()) faults.emplace_back("the nodes have not agreed on a secret yet");
  if (!api->takes_orders()) faults.emplace_back("the other nodes do not reach this node yet");
  if (!heartbeat.is_announced()) faults.emplace_back("the cluster has not heard of this node yet");
  if (!rooms.is_available()) faults.insert(faults.begin(), "the store does not answer");
  return faults;
}

void Node::Parts::on_announced(const NodeCard& own, const Announced& announced, std::chrono::microseconds round_trip) {
  clock_ahead = check_clock(clock, announced, std::chrono::duration_cast<Milliseconds>(round_trip), clock_ahead);
  const UnixUs now = clock.unix_us();
  store_time.sample(now - round_trip.count(), announced.time_us, now);
  neighbours.on_announced(own, announced);
  if (clock.now() < list_at) return;
  list_at = Instant::max();  // until the answer
  backends->registry().list([this, own](const Result<std::vector<NodeCard>>& cards) {
    list_at = clock.now() + kListAfter * (cards ? cards->size() : 1);
    if (!cards) return;
    neighbours.on_listed(own, *cards);
    if (const auto order = rebalance.on_listed(own, *cards)) {
      log_info("rebalancing", {{"sessions", own.connections},
                               {"percent", static_cast<std::uint64_t>(order->share * 100)},
                               {"over_ms", order->over.count()}});
      shards.post(to_shard::Move{order->over, order->share});
    }
    auto staying = *cards;
    std::erase_if(staying, [](const NodeCard& card) { return card.draining; });
    peers.know(staying, own.id);
  });
}

/// Operators get the details, too.
void Node::Parts::show(const std::shared_ptr<const ClusterSeen>& cluster) {
  std::shared_ptr<const ClusterSeen> detailed;
  if (shards.has_operators()) {
    auto with_details = std::make_shared<ClusterSeen>(*cluster);
    with_details->details = desk.details();
    detailed = std::move(with_details);
  }
  shards.post(to_shard::Seen{cluster, detailed});
}

NodeCard Node::Parts::card() {
  const Instant now = clock.now();
  const std::chrono::duration<double> passed = now - counted_at;
  if (passed >= kCountEvery) {
    const std::uint64_t delivered = shards.deliveries();
    counted_at = now;
    deliveries_per_second =
        static_cast<double>(delivered - std::exchange(deliveries_before, delivered)) / passed.count();
  }
  return {config.node_id,
          config.node_name,
          config.node_description,
          started_at,
          clock.unix_ms(),
          shards.sessions(),
          rooms.room_count(),
          deliveries_per_second,
          instance,
          std::string(version()),
          secret_name,
          clock_ahead.count(),
          address,
          draining};
}

NodeFigures Node::Parts::figures() const {
  return {config.node_id,
          io_uring ? "io_uring" : "send",
          shards.sessions(),
          rooms.room_count(),
          shards.deliveries(),
          static_cast<double>(started_at) / 1000,
          draining,
          admission.is_open() && !draining,
          rooms.is_available(),
          backends->backplane().memory(),
          static_cast<double>(clock_ahead.count()) / 1000,
          inbox ? inbox->waiting() : 0,
          hook_figures()};
}

std::optional<HookFigures> Node::Parts::hook_figures() const {
  if (!hooks) return std::nullopt;
  const auto& [waiting, dead, lost] = hook_events->backlog();
  HookFigures figures{waiting, dead, lost, hook_events->in_hand(), {}};
  for (const HookEvent event : kAllHookEvents) {
    if (hooks->caller().rules()->find(event) == nullptr) continue;
    figures.breakers.emplace_back(to_text(event), hooks->caller().is_suspended(event));
  }
  return figures;
}

}  // namespace chat
