#pragma once

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <functional>

namespace chat {

/// The signals of a running node. Thread: the loop's.
class Signals {
 public:
  explicit Signals(boost::asio::io_context& loop)
      : stop_(loop, SIGTERM, SIGINT), other_(loop, SIGHUP, SIGUSR1, SIGUSR2) {}
  /// Calls `on_stop` for each SIGTERM or SIGINT, and `on_reload` for each SIGHUP. The others leave a line in the log.
  void start(std::function<void()> on_stop, std::function<void()> on_reload);

 private:
  void wait_for_stop();
  void wait_for_other();

  std::function<void()> on_stop_, on_reload_;
  boost::asio::signal_set stop_, other_;
};

}  // namespace chat
