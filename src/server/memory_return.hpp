#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>

namespace chat {

/// Gives freed memory back to the system after many clients have come or gone: the allocator keeps whole pages of what
/// a storm of newcomers needed for a moment. Thread: the loop's.
class MemoryReturn {
 public:
  MemoryReturn(boost::asio::io_context& loop, std::function<std::uint64_t()> sessions);
  void start();
  void stop() { timer_.cancel(); }

 private:
  void look();

  boost::asio::steady_timer timer_;
  std::function<std::uint64_t()> sessions_;
  std::uint64_t before_ = 0;    // at the last look
  std::uint64_t returned_ = 0;  // when memory was last given back
};

}  // namespace chat
