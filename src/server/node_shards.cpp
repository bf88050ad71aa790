#include "server/node_shards.hpp"

#include <boost/asio/post.hpp>
#include <numeric>

#include "chat/sessions/session.hpp"

namespace chat {

NodeShards::NodeShards(const Parts& parts) : parts_(parts) {
  for (auto& loop : parts_.loops.all()) {
    const auto index = static_cast<std::uint32_t>(shards_.size());
    Shard& shard = shards_.emplace_back(index, loop, parts_.mailbox, parts_.settings, parts_.rates, parts_.clock);
    parts_.mailbox.attach(shard);
    auto& relay = relays_.emplace_back(loop, parts_.backends.messenger(), parts_.backends.kv(), parts_.loops.first());
    homes_.add(websockets_.emplace_back(shard, relay, parts_.io_uring), logical_.emplace_back(shard, relay));
  }
}

std::vector<ShardContext> NodeShards::entrances() {
  std::vector<ShardContext> entrances;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    entrances.push_back({shards_[i], websockets_[i], logical_[i], relays_[i], parts_.admission, homes_});
  }
  return entrances;
}

void NodeShards::start() {
  for (auto& shard : shards_) shard.clockwork().start();
  for (auto& connections : websockets_) connections.start();
  for (auto& connections : logical_) connections.start();
}

void NodeShards::post(const ShardMail& mail) {
  for (auto& shard : shards_) shard.post(mail);
}

void NodeShards::visit(const std::function<void(Session&)>& visit) {
  for (auto& shard : shards_) {
    boost::asio::post(shard.context(), [&shard, visit] { shard.sessions().for_each(visit); });
  }
}

template <class Count>
std::uint64_t NodeShards::sum(Count count) const {
  return std::accumulate(shards_.begin(), shards_.end(), std::uint64_t{0},
                         [count](std::uint64_t total, const Shard& shard) { return total + count(shard); });
}

std::uint64_t NodeShards::sessions() const {
  return sum([](const Shard& shard) { return shard.sessions().size(); });
}

std::uint64_t NodeShards::deliveries() const {
  return sum([](const Shard& shard) { return shard.deliveries(); });
}

bool NodeShards::has_watchers() const {
  return sum([](const Shard& shard) { return shard.watchers().size(); }) > 0;
}

bool NodeShards::has_operators() const {
  return sum([](const Shard& shard) { return shard.watchers().operators(); }) > 0;
}

}  // namespace chat
