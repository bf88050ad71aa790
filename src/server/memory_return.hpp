#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>

namespace chat {

/// Gives freed memory back to the system when many clients have come or left: the allocator keeps what coming took for a
/// moment, and what those who left had. Thread: the loop's.
class MemoryReturn {
 public:
  MemoryReturn(boost::asio::io_context& loop, std::function<std::uint64_t()> sessions);
  void start();

 private:
  void look();

  boost::asio::steady_timer timer_;
  std::function<std::uint64_t()> sessions_;
  std::int64_t before_ = 0;       // sessions at the last look
  std::int64_t returned_at_ = 0;  // sessions when memory was last given back
};

}  // namespace chat
