#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "chat/backplane/node_registry.hpp"
#include "chat/base/clock.hpp"

namespace chat {

/// Tells the registry every 15 s that this node lives, sooner when its people come and go, so that who looks at the
/// list sees them; and tries again soon when that failed. Thread: the backplane loop.
class Heartbeat {
 public:
  /// `told`: what the registry said to the card, and how long that took.
  Heartbeat(boost::asio::io_context& loop, NodeRegistry& registry, const Clock& clock, std::function<NodeCard()> card,
            std::function<void(const NodeCard&, const Announced&, Milliseconds)> told);
  void start() { look(); }
  void stop();
  /// The cluster has heard of this node.
  bool is_announced() const { return announced_; }

 private:
  void look();
  void beat(NodeCard card);
  void look_again(Milliseconds after);

  NodeRegistry& registry_;
  const Clock& clock_;
  std::function<NodeCard()> card_;
  std::function<void(const NodeCard&, const Announced&, Milliseconds)> told_;
  boost::asio::steady_timer timer_;
  NodeCard last_;  // as it was told
  Instant told_at_{};
  bool announced_ = false;
  bool stopped_ = false;
};

}  // namespace chat
