#include "apps/load/net/channel.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace chat::load {
namespace {

constexpr int kSendBuffer = 1 << 20;  // a worker sends a second's numbers without waiting for the conductor

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

std::pair<Channel, Channel> Channel::make() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("socketpair");
  for (const int end : ends) ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
  return {Channel(ends[0]), Channel(ends[1])};
}

Channel::~Channel() {
  if (fd_ >= 0) ::close(fd_);
}

void Channel::send(char kind, std::string_view bytes) const {
  std::string letter(1, kind);
  const std::uint64_t size = bytes.size();
  letter.append(reinterpret_cast<const char*>(&size), sizeof size);
  letter.append(bytes);
  for (std::string_view rest = letter; !rest.empty();) {
    const auto count = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EINTR) fail("the channel between worker and conductor");
    if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::optional<Channel::Letter> Channel::receive() const {
  Letter letter;
  std::uint64_t size = 0;
  if (!read_all(&letter.kind, 1) || !read_all(&size, sizeof size)) return std::nullopt;
  letter.bytes.resize(size);
  if (!read_all(letter.bytes.data(), size)) return std::nullopt;
  return letter;
}

bool Channel::read_all(void* to, std::size_t size) const {
  for (auto* at = static_cast<char*>(to); size > 0;) {
    const auto count = ::recv(fd_, at, size, 0);
    if (count == 0 || (count < 0 && errno != EINTR)) return false;
    if (count < 0) continue;
    at += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

bool Channel::is_readable() const {
  pollfd fd{fd_, POLLIN, 0};
  return ::poll(&fd, 1, 0) > 0;
}

}  // namespace chat::load
