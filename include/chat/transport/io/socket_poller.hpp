#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>

namespace chat {

/// Watches the sockets of one shard: an epoll set of its own, which the shard's io_context watches as one descriptor.
/// A socket costs no memory here and no system call to go on waiting, where Asio's reactor keeps some 400 bytes for
/// each and tells the kernel again after each event (DECISION 0019). Level-triggered: what is not read is told again.
/// Thread: the shard's.
/// While `is_held` says so no socket is looked at: what is to be read stays in the kernel, which holds up its sender.
class SocketPoller {
 public:
  /// Told what its socket can do. May remove itself or others, but must not be destroyed before the turn is over.
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
  /// What the watcher wants to know of.
  void want(int socket, Watcher& watcher, bool readable, bool writable);

 private:
  void wait();
  void deliver();

  boost::asio::posix::stream_descriptor epoll_;
  std::function<bool()> is_held_;
  boost::asio::steady_timer pause_;
};

}  // namespace chat
