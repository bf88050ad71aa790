#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string_view>

#include "backplane/redis/link.hpp"
#include "chat/backplane/backplane.hpp"

namespace chat::redis {

/// How full Redis is, asked every 5 s. Redis refuses writes at `maxmemory`, and a room that refuses messages is worse
/// than a new room that is refused. Without a `maxmemory` nothing is known. Thread: the backplane loop.
class MemoryWatch {
 public:
  static constexpr double kWarning = 0.8;  // of maxmemory: a line in the log
  static constexpr double kNoNewRooms = 0.9;

  MemoryWatch(boost::asio::io_context& loop, Link& link) : link_(link), timer_(loop) {}
  void start();
  void stop() { timer_.cancel(); }
  bool takes_new_rooms() const { return used_part(last_) < kNoNewRooms; }
  StoreMemory last() const { return last_; }

  /// From the text of INFO memory; 0 for what it does not say.
  static StoreMemory memory_in(std::string_view info);
  /// The part of maxmemory that is used; 0: there is no limit, or nothing is known.
  static double used_part(StoreMemory memory);

 private:
  void ask();

  Link& link_;
  boost::asio::steady_timer timer_;
  StoreMemory last_;
  bool warned_ = false;
};

}  // namespace chat::redis
