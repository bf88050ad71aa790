#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <optional>
#include <string_view>

#include "chat/backplane/backplane.hpp"
#include "chat/backplane/presence_store.hpp"
#include "chat/base/clock.hpp"
#include "chat/rooms/known_senders.hpp"
#include "chat/rooms/usage_meters.hpp"

namespace chat {

/// Charges each message to its payer, and reports the use of this node's payers to the other nodes every 250 ms:
/// the limits hold for the whole cluster, see UsageMeters.
/// Thread: the loop of the rooms. Owner: RoomService. Errors: rate_limited.
class Metering {
 public:
  Metering(boost::asio::io_context& loop, Backplane& backplane, NodeInstance instance, const UsageLimits& limits,
           const Clock& clock);

  /// No limit is set: nothing is charged.
  bool is_off() const { return meters_.is_off(); }
  /// `members`: of the room on this node. `is_first`: the room has no message yet.
  /// Returns why the message is refused, or nothing once it is charged.
  std::optional<Failure> charge(const Append& append, const Payer& payer, std::size_t members, bool is_first);
  /// The key of a sender in a room, for on_stored().
  static KnownSenders::Key key(const Append& append) { return KnownSenders::key(append.room, append.sender); }
  /// The room's table of senders has this sender now: its next message costs less.
  void on_stored(KnownSenders::Key sender) { known_senders_.add(sender); }

  /// Takes the report in a broadcast of another node, if there is one.
  void on_broadcast(std::string_view payload);
  /// Broadcasts the unreported use.
  void report();
  /// Once a second while the store answers.
  void expire() { meters_.expire(clock_.now()); }
  void stop() { timer_.cancel(); }

 private:
  void report_soon();

  Backplane& backplane_;
  NodeInstance instance_;
  const Clock& clock_;
  UsageMeters meters_;
  KnownSenders known_senders_;
  boost::asio::steady_timer timer_;
  bool is_timer_set_ = false;
};

}  // namespace chat
