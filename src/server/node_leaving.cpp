// How a node leaves: its clients first, then the cluster.
#include <boost/asio/post.hpp>
#include <utility>

#include "chat/base/log.hpp"
#include "server/node_parts.hpp"
#include "server/service_manager.hpp"

namespace chat {
namespace {

constexpr Milliseconds kDrainLook{50};  // how often a draining node looks whether it is empty
constexpr Seconds kGoodbyes{2};         // for close frames, and then for the registry

}  // namespace

/// The first signal asks the node to leave, as an operator's request does, the second not to wait for its clients, the
/// third to end at once.
void Node::Parts::on_stop_signal() {
  ++stop_signals;
  if (stop_signals == 1) return drain();
  if (stop_signals > 2) return stop_loops();
  log_info("hurrying", {{"node", config.node_id}, {"sessions", shards.sessions()}});
  if (!closing) patience = Milliseconds{0};
}

void Node::Parts::drain() {
  if (std::exchange(draining, true)) return;
  log_info("draining", {{"node", config.node_id}, {"sessions", shards.sessions()}, {"seconds", config.drain_seconds}});
  tell_service_manager("STOPPING=1");
  listener->stop();
  readiness.stop();
  if (inbox) inbox->stop();
  if (hook_events) hook_events->stop();
  const Seconds time(config.drain_seconds);
  shards.post(to_shard::Drain{time});
  patience = time;
  when_empty([this] { close_clients(); });
}

void Node::Parts::close_clients() {
  closing = true;
  shards.post(to_shard::CloseAll{});
  patience = kGoodbyes;
  when_empty([this] { leave_cluster(); });
}

void Node::Parts::leave_cluster() {
  heartbeat.stop();
  cluster_watch.stop();
  backends->registry().withdraw(config.node_id);
  api->stop();
  if (exporter) exporter->flush();
  boost::asio::post(loops.first(), [this] {  // behind the last news of the sessions
    if (holdings) holdings->stop();
    rooms.resign();
    // Redis answers in order: with this answer all that was written before has arrived.
    backends->registry().list([this](const Result<std::vector<NodeCard>>&) { stop_loops(); });
  });
  drain_timer.expires_after(kGoodbyes);
  drain_timer.async_wait([this](boost::system::error_code error) {
    if (!error) stop_loops();
  });
}

void Node::Parts::when_empty(std::function<void()> then) {
  if (shards.sessions() == 0 || patience <= Milliseconds{0}) return then();
  drain_timer.expires_after(kDrainLook);
  drain_timer.async_wait([this, then = std::move(then)](boost::system::error_code error) mutable {
    if (error) return;
    patience -= kDrainLook;
    when_empty(std::move(then));
  });
}

void Node::Parts::stop_loops() {
  if (overhearing) overhearing->stop();
  backends->backplane().stop();
  loops.stop();
}

}  // namespace chat
