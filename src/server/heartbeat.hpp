#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>

#include "chat/backplane/node_registry.hpp"
#include "chat/base/clock.hpp"

namespace chat {

/// Tells the registry twice a second that this node lives, and how it is. Repeats a failed announcement soon. Thread:
/// the backplane loop.
class Heartbeat {
 public:
  /// `told` is called with the card, the registry's answer and its round trip.
  Heartbeat(boost::asio::io_context& loop, NodeRegistry& registry, const Clock& clock, std::function<NodeCard()> card,
            std::function<void(const NodeCard&, const Announced&, std::chrono::microseconds)> told);
  void start() { beat(); }
  void stop();
  /// The cluster has heard of this node.
  bool is_announced() const { return announced_; }

 private:
  void beat();
  void beat_again(Milliseconds after);

  NodeRegistry& registry_;
  const Clock& clock_;
  std::function<NodeCard()> card_;
  std::function<void(const NodeCard&, const Announced&, std::chrono::microseconds)> told_;
  boost::asio::steady_timer timer_;
  bool announced_ = false;
  bool stopped_ = false;
};

}  // namespace chat
