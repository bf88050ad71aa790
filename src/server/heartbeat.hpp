#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "chat/backplane/node_registry.hpp"

namespace chat {

/// Tells the registry every 15 s that this node lives, and tries again soon when that failed. Thread: the backplane
/// loop.
class Heartbeat {
 public:
  Heartbeat(boost::asio::io_context& loop, NodeRegistry& registry, std::function<NodeCard()> card);
  void start() { beat(); }
  void stop();
  /// The cluster has heard of this node.
  bool is_announced() const { return announced_; }

 private:
  void beat();

  NodeRegistry& registry_;
  std::function<NodeCard()> card_;
  boost::asio::steady_timer timer_;
  bool announced_ = false;
  bool stopped_ = false;
};

}  // namespace chat
