#include "server/memory_return.hpp"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "chat/base/clock.hpp"

namespace chat {
namespace {

constexpr Seconds kLook{2};
constexpr std::uint64_t kMany = 1000;  // below, there is little to give back

}  // namespace

MemoryReturn::MemoryReturn(boost::asio::io_context& loop, std::function<std::uint64_t()> sessions)
    : timer_(loop), sessions_(std::move(sessions)) {}

void MemoryReturn::start() {
  timer_.expires_after(kLook);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    look();
    start();
  });
}

/// Not while the number still falls: each round would walk through all there is.
void MemoryReturn::look() {
  const std::uint64_t now = sessions_();
  const std::uint64_t before = std::exchange(before_, now);
  peak_ = std::max(peak_, now);
  if (now < before || now + kMany > peak_) return;
  peak_ = now;
  ::malloc_trim(0);
}

}  // namespace chat
