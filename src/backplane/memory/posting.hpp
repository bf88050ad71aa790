#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace chat {

/// Posts outcomes and deliveries of one node to its loop, as a network would bring them, from start to stop. Thread:
/// its loop.
class Posting {
 public:
  explicit Posting(boost::asio::io_context& loop) : loop_(loop) {}

  void open() { is_open_ = true; }
  void close() { is_open_ = false; }
  boost::asio::io_context& loop() { return loop_; }

  /// Drops the action if the node has stopped meanwhile.
  template <class Action>
  void later(Action action) {
    boost::asio::post(loop_, [this, action = std::move(action)] {
      if (is_open_) action();
    });
  }

 private:
  boost::asio::io_context& loop_;
  bool is_open_ = false;
};

}  // namespace chat
