#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>

namespace chat {

/// Gives freed memory back to the system after many clients have left: the allocator keeps what it once had, in case
/// they come again. Thread: the loop's.
class MemoryReturn {
 public:
  MemoryReturn(boost::asio::io_context& loop, std::function<std::uint64_t()> sessions);
  void start();

 private:
  void look();

  boost::asio::steady_timer timer_;
  std::function<std::uint64_t()> sessions_;
  std::uint64_t before_ = 0;  // at the last look
  std::uint64_t peak_ = 0;    // since memory was last given back
};

}  // namespace chat
