#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <random>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/sessions/shard/session_table.hpp"

namespace chat {

/// Asks the clients of a shard to go to another node, each at a moment of its own, spread over the time there is, so
/// that they do not come there all at once. Thread: the shard. Owner: Shard.
class Departures {
 public:
  Departures(boost::asio::io_context& context, const SessionTable& sessions, const Clock& clock)
      : context_(context), sessions_(sessions), clock_(clock) {}

  /// The node leaves within this time.
  void drain(Milliseconds over);
  /// The node stays. `share`: of the clients, drawn by chance.
  void move(Milliseconds over, double share) { ask_to_move(0, over, share); }
  /// Closes the sessions whose moment has come.
  void close_due(Instant now);
  void close_all();
  bool is_draining() const { return draining_; }

 private:
  struct Departure {
    SessionRef who;
    Instant moment;
  };

  void ask_to_move(std::size_t from, Milliseconds over, double share);

  boost::asio::io_context& context_;
  const SessionTable& sessions_;
  const Clock& clock_;
  std::vector<Departure> departures_;
  std::minstd_rand jitter_{std::random_device{}()};
  bool draining_ = false;
};

}  // namespace chat
