#include "server/memory_return.hpp"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "chat/base/clock.hpp"

namespace chat {
namespace {

constexpr Seconds kLook{2};
constexpr std::uint64_t kMany = 1000;  // below, there is little to give back

std::uint64_t difference(std::uint64_t a, std::uint64_t b) { return std::max(a, b) - std::min(a, b); }

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

/// Not in the middle of a storm, which needs the memory again: when the number has come to rest.
void MemoryReturn::look() {
  const std::uint64_t now = sessions_();
  const bool at_rest = difference(now, std::exchange(before_, now)) < kMany / 10;
  if (!at_rest || difference(now, returned_) < std::max(kMany, returned_ / 4)) return;
  returned_ = now;
  ::malloc_trim(0);
}

}  // namespace chat
