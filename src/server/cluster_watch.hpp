#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "chat/backplane/node_registry.hpp"
#include "chat/base/clock.hpp"
#include "chat/core/cluster_seen.hpp"
#include "server/node_sightings.hpp"

namespace chat {

/// Shows clients the cluster once a second, and at once when a node or the store changes its state. Asks the store
/// only while a client watches. Thread: the backplane loop.
class ClusterWatch {
 public:
  struct Parts {
    boost::asio::io_context& loop;
    NodeRegistry& registry;
    const Clock& clock;
    std::function<bool()> is_watched;                          // by a client of this node
    std::function<bool()> store_answers;                       // as far as the backplane knows
    std::function<void(const std::vector<NodeCard>&)> listed;  // each time that the list was read
    std::function<void(std::shared_ptr<const ClusterSeen>)> show;
  };
  explicit ClusterWatch(Parts parts) : parts_(std::move(parts)), timer_(parts_.loop) {}
  void start() { look(); }
  void stop() { timer_.cancel(); }

 private:
  void look();
  void ask();
  void lose_store();
  void on_listed(const std::vector<NodeCard>& cards, Instant asked_at);
  void show();
  bool is_news() const;

  Parts parts_;
  boost::asio::steady_timer timer_;
  std::optional<Instant> asked_at_;  // none: no answer is awaited
  NodeSightings sightings_;
  ClusterSeen now_;
  ClusterSeen shown_;
  Instant shown_at_{};
};

}  // namespace chat
