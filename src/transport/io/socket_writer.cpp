#include "transport/io/socket_writer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include "transport/io/gathered.hpp"

namespace chat {
namespace {

constexpr std::size_t kSlices = 64;                 // frames in one system call
constexpr std::size_t kBytesPerTurn = 1024 * 1024;  // one client must not hold the loop

/// One system call; a single frame goes without the detour over a vector.
ssize_t send_slices(int socket, std::span<const Outbox::Slice> slices) {
  if (slices.size() == 1) return ::send(socket, slices[0].data, slices[0].size, kSendFlags);
  Gathered<kSlices> gathered;
  return ::sendmsg(socket, &gathered.gather(slices), kSendFlags);
}

}  // namespace

bool write_outbox(int socket, Outbox& outbox) {
  std::size_t budget = kBytesPerTurn;
  while (!outbox.empty() && budget > 0) {
    std::array<Outbox::Slice, kSlices> slices;
    const std::size_t count = outbox.peek(slices);
    const auto written = send_slices(socket, std::span(slices.data(), count));
    if (written < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    outbox.consume(static_cast<std::size_t>(written));
    budget -= std::min(budget, static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace chat
