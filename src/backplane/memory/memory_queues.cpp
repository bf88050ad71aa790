#include "backplane/memory/memory_queues.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace chat {
namespace {

std::string to_id(std::uint64_t number) { return std::to_string(number) + "-0"; }

std::uint64_t number_of(const std::string& id) {
  std::uint64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  return number;
}

}  // namespace

Result<std::string> MemoryQueues::push(const std::string& name, QueueFields fields) {
  if (!ClusterQueue::is_within_bounds(fields)) return Failure{ErrorCode::too_large, "the entry is too large"};
  Queue& queue = queues_[name];
  if (queue.entries.size() >= kMaxEntries) return Failure{ErrorCode::busy, "the queue is full"};
  queue.entries.emplace(++queue.last_id, std::move(fields));
  give(queue);
  return to_id(queue.last_id);
}

void MemoryQueues::offer(const std::string& name, Posting& node, QueueConsumer& consumer) {
  Queue& queue = queues_[name];
  queue.offers.push_back({&node, &consumer});
  if (queue.offers.size() == 1) give(queue);
}

void MemoryQueues::withdraw(const std::string& name, const Posting& node) { withdraw(queues_[name], node); }

void MemoryQueues::withdraw(const Posting& node) {
  for (auto& [name, queue] : queues_) withdraw(queue, node);
}

void MemoryQueues::withdraw(Queue& queue, const Posting& node) {
  const bool was_consumer = !queue.offers.empty() && queue.offers.front().node == &node;
  std::erase_if(queue.offers, [&node](const Offer& offer) { return offer.node == &node; });
  if (!was_consumer) return;
  ++queue.turn;
  queue.given = 0;
  queue.is_busy = false;
  give(queue);
}

void MemoryQueues::acknowledge(const std::string& name, const std::vector<std::string>& ids) {
  Queue& queue = queues_[name];
  for (const auto& id : ids) queue.entries.erase(number_of(id));
}

void MemoryQueues::bury(const std::string& name, const std::string& id, std::string reason) {
  Queue& queue = queues_[name];
  const auto found = queue.entries.find(number_of(id));
  if (found == queue.entries.end()) return;
  QueueFields fields{{"id", id}, {"reason", std::move(reason)}};
  std::move(found->second.begin(), found->second.end(), std::back_inserter(fields));
  queue.entries.erase(found);
  Queue& dead = queues_[ClusterQueue::dead_letters(name)];
  dead.entries.emplace(++dead.last_id, std::move(fields));
  if (dead.entries.size() > ClusterQueue::kMaxDead) dead.entries.erase(dead.entries.begin());
  give(dead);
}

std::size_t MemoryQueues::size(const std::string& name) const {
  const auto queue = queues_.find(name);
  return queue == queues_.end() ? 0 : queue->second.entries.size();
}

void MemoryQueues::give(Queue& queue) {
  if (queue.is_busy || queue.offers.empty()) return;
  std::vector<QueueEntry> batch;
  std::size_t bytes = 0;
  for (auto next = queue.entries.upper_bound(queue.given); next != queue.entries.end(); ++next) {
    if (batch.size() >= ClusterQueue::kMaxBatchEntries || bytes >= ClusterQueue::kMaxBatchBytes) break;
    for (const auto& [name, value] : next->second) bytes += name.size() + value.size();
    batch.push_back({to_id(next->first), next->second});
    queue.given = next->first;
  }
  if (batch.empty()) return;
  queue.is_busy = true;
  const auto turn = ++queue.turn;
  queue.offers.front().node->later([this, &queue, turn, batch = std::move(batch)] {
    if (queue.turn != turn) return;
    queue.offers.front().consumer->on_entries(batch, [this, &queue, turn] {
      if (queue.turn != turn) return;
      queue.is_busy = false;
      give(queue);
    });
  });
}

}  // namespace chat
