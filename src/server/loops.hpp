#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <thread>
#include <vector>

namespace chat {

/// The event loops of a node, one a shard. The first is that of the rooms and the backplane, too. Thread: the one that
/// calls run(). Owner: Node.
class Loops {
 public:
  explicit Loops(std::uint32_t count);

  boost::asio::io_context& first() { return loops_.front(); }
  std::deque<boost::asio::io_context>& all() { return loops_; }
  /// Runs the first loop here and each other in a thread of its own, until stop().
  void run();
  void stop();

 private:
  std::deque<boost::asio::io_context> loops_;
  std::vector<std::thread> threads_;
};

}  // namespace chat
