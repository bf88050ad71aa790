#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string_view>

#include "backplane/redis/link.hpp"

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
  bool takes_new_rooms() const { return used_ < kNoNewRooms; }

  /// The part of maxmemory that is used, from the text of INFO memory; 0: there is no limit, or it does not say.
  static double used_part(std::string_view info);

 private:
  void ask();

  Link& link_;
  boost::asio::steady_timer timer_;
  double used_ = 0;
  bool warned_ = false;
};

}  // namespace chat::redis
