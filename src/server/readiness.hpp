#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/transport/admission.hpp"

namespace chat {

/// Keeps people away from a node that cannot serve them: new ones are refused, so that the proxy tries another node,
/// and those that are here are told to move. A second without the store is nothing, but a node that has never been
/// ready takes nobody. Thread: the backplane loop.
class Readiness {
 public:
  static constexpr Seconds kPatience{1};      // with a node that has been ready, before new clients are refused
  static constexpr Seconds kBeforeMoving{2};  // and before those that are here are to move, which is tried as often

  /// `faults`: why the node cannot serve, a sentence each. `move`: tells its people to go, if others can take
  /// them.
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
  Milliseconds next_move_ = kBeforeMoving;  // unwell for so long
  std::optional<Instant> unwell_since_;
};

}  // namespace chat
