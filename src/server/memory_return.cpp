#include "server/memory_return.hpp"

#include <malloc.h>

#include <cstdlib>
#include <utility>

#include "chat/base/clock.hpp"

namespace chat {
namespace {

constexpr Seconds kLook{2};
constexpr std::int64_t kMany = 1000;  // sessions come or gone; below, there is little to give back
constexpr std::int64_t kFew = 100;    // come or gone between two looks: the storm is over

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

/// Not while the number still moves: each round would walk through all there is.
void MemoryReturn::look() {
  const std::int64_t now = static_cast<std::int64_t>(sessions_());
  const std::int64_t before = std::exchange(before_, now);
  if (std::abs(now - before) >= kFew || std::abs(now - returned_at_) < kMany) return;
  returned_at_ = now;
  ::malloc_trim(0);
}

}  // namespace chat
