#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/transport/admission.hpp"

namespace chat {

/// Keeps clients away from a node that cannot serve them. The node refuses new clients, so that the proxy tries another
/// node, and tells its own clients to move. It tolerates a second without the store, unless it has never been ready.
/// Thread: the backplane loop.
class Readiness {
 public:
  static constexpr Seconds kPatience{1};      // with a node that has been ready, before new clients are refused
  static constexpr Seconds kBeforeMoving{2};  // before its clients are told to move, and between tries

  /// `faults`: the reasons why the node cannot serve. `move`: tells its clients to go, if other nodes can take them.
  Readiness(boost::asio::io_context& loop, const Clock& clock, Admission& admission,
            std::function<std::vector<std::string>()> faults, std::function<void()> move);
  void start();
  void stop() { timer_.cancel(); }
  /// Once; start() does it again and again.
  void look();

 private:
  const Clock& clock_;
  Admission& admission_;
  std::function<std::vector<std::string>()> faults_;
  std::function<void()> move_;
  boost::asio::steady_timer timer_;
  bool has_been_ready_ = false;
  Milliseconds next_move_ = kBeforeMoving;  // after this time without service
  std::optional<Instant> unwell_since_;
};

}  // namespace chat
