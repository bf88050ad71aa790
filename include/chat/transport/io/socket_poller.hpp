#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>

namespace chat {

/// Watches the sockets of one shard: an epoll set of its own, which the shard's io_context watches as one descriptor.
/// A socket costs no memory here and no system call to go on waiting. Asio's reactor keeps about 400 bytes for each and
/// calls the kernel again after each event (DECISION 0019). Level-triggered: unread bytes are reported again.
/// Thread: the shard's.
/// While `is_held` returns true no socket is polled: unread bytes stay in the kernel, which stops their senders.
class SocketPoller {
 public:
  /// Gets the events of its socket. May remove itself or others, but must not be destroyed before the turn is over.
  class Watcher {
   public:
    virtual void on_readable() = 0;
    virtual void on_writable() = 0;

   protected:
    ~Watcher() = default;
  };

  /// Throws boost::system::system_error when there are no descriptors left.
  explicit SocketPoller(boost::asio::io_context& context, std::function<bool()> is_held = {});
  void start();

  /// From now on `watcher` is told when the socket can be read. Ends when the socket is closed. False: no memory.
  bool add(int socket, Watcher& watcher);
  /// Sets the events that the watcher gets.
  void want(int socket, Watcher& watcher, bool readable, bool writable);

 private:
  void wait();
  void deliver();

  boost::asio::posix::stream_descriptor epoll_;
  std::function<bool()> is_held_;
  boost::asio::steady_timer pause_;
};

}  // namespace chat
