#include "chat/transport/io/socket_poller.hpp"

#include <sys/epoll.h>

#include <array>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <utility>

#include "chat/base/clock.hpp"

namespace chat {
namespace {

constexpr int kEventsPerTurn = 256;
constexpr Milliseconds kPause{1};  // while sockets are not looked at

int create_epoll() {
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) throw boost::system::system_error(errno, boost::system::system_category(), "epoll_create1");
  return epoll;
}

}  // namespace

SocketPoller::SocketPoller(boost::asio::io_context& context, std::function<bool()> is_held)
    : epoll_(context, create_epoll()), is_held_(std::move(is_held)), pause_(context) {}

void SocketPoller::start() { wait(); }

bool SocketPoller::add(int socket, Watcher& watcher) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &watcher;
  return ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, socket, &event) == 0;
}

void SocketPoller::want(int socket, Watcher& watcher, bool readable, bool writable) {
  epoll_event event{};
  event.events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U);
  event.data.ptr = &watcher;
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_MOD, socket, &event);
}

void SocketPoller::wait() {
  if (is_held_ && is_held_()) {
    pause_.expires_after(kPause);
    return pause_.async_wait([this](boost::system::error_code error) {
      if (!error) wait();
    });
  }
  epoll_.async_wait(boost::asio::posix::descriptor_base::wait_read, [this](boost::system::error_code error) {
    if (error) return;
    deliver();
    wait();
  });
}

void SocketPoller::deliver() {
  std::array<epoll_event, kEventsPerTurn> events;
  const int count = ::epoll_wait(epoll_.native_handle(), events.data(), kEventsPerTurn, 0);
  for (int i = 0; i < count && !(is_held_ && is_held_()); ++i) {
    auto& watcher = *static_cast<Watcher*>(events[static_cast<std::size_t>(i)].data.ptr);
    const auto what = events[static_cast<std::size_t>(i)].events;
    if ((what & EPOLLOUT) != 0) watcher.on_writable();
    if ((what & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) watcher.on_readable();
  }
}

}  // namespace chat
