#include "chat/transport/listener.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/dispatch.hpp>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "chat/base/log.hpp"
#include "transport/http/http_connection.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int kAcceptsPerTurn = 8;             // many new clients must not hold up connected ones
constexpr int kSecondsForRequest = 1;          // the kernel keeps a silent connection back this long
constexpr Milliseconds kPauseAfterError{100};  // out of descriptors: trying at once would only spin
constexpr Seconds kBetweenWarnings{60};        // the cause lasts, and the log must not fill the disk
constexpr std::string_view kNoDescriptor =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Type: application/json\r\nContent-Length: 50\r\n"
    "Connection: close\r\n\r\n{\"error\":\"this node has no room, try again soon\"}\n";

bool is_exhausted(int failure) { return failure == EMFILE || failure == ENFILE; }

Descriptor open_spare() { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

/// Refuses any request. Reads the bytes that have arrived first: closing a socket with unread bytes resets the
/// connection, and the client may lose the answer.
void turn_away(const Descriptor& socket) {
  std::array<char, 8192> unread;
  [[maybe_unused]] const auto size = ::recv(socket.get(), unread.data(), unread.size(), MSG_DONTWAIT);
  ::send(socket.get(), kNoDescriptor.data(), kNoDescriptor.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  ::shutdown(socket.get(), SHUT_WR);
}

}  // namespace

Listener::Listener(const asio::ip::tcp::endpoint& address, std::vector<ShardContext> entrances, const Router& router,
                   const TransportSettings& settings)
    : entrances_(std::move(entrances)),
      router_(router),
      settings_(settings),
      acceptor_(entrances_.front().shard.context(), address, true),
      pause_(entrances_.front().shard.context()),
      spare_(open_spare()) {
  ::setsockopt(acceptor_.native_handle(), IPPROTO_TCP, TCP_DEFER_ACCEPT, &kSecondsForRequest,
               sizeof kSecondsForRequest);
  acceptor_.set_option(asio::ip::tcp::no_delay(true));  // accepted sockets inherit it
  acceptor_.native_non_blocking(true);
  acceptor_.listen(4096);
}

void Listener::start() { wait(); }

void Listener::stop() {
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void Listener::wait() {
  acceptor_.async_wait(asio::ip::tcp::acceptor::wait_read, [this](error_code error) {
    if (error || !acceptor_.is_open()) return;
    accept_some() ? wait() : pause();
  });
}

void Listener::pause() {
  pause_.expires_after(kPauseAfterError);
  pause_.async_wait([this](error_code stopped) {
    if (!stopped) wait();
  });
}

/// False when the node cannot take more for the moment.
bool Listener::accept_some() {
  if (!spare_) spare_ = open_spare();
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    asio::ip::tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    Descriptor socket(::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      const int failure = errno;
      if (failure == EAGAIN || failure == EWOULDBLOCK || failure == EINTR || failure == ECONNABORTED) return true;
      warn(failure);
      return is_exhausted(failure) && refuse_some();
    }
    peer.resize(size);
    ShardContext& entrance = entrances_[next_++ % entrances_.size()];
    asio::dispatch(entrance.shard.context(), [this, &entrance, arrival = Arrival{std::move(socket), peer}]() mutable {
      serve_http(std::move(arrival), entrance, router_, settings_);
    });
  }
  return true;
}

/// At the limit of descriptors a new client would wait in the kernel's queue until one is free. With the spare one the
/// node answers each new client at once. Returns false if another thread took that one, too.
bool Listener::refuse_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    spare_.reset();
    const Descriptor socket(::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket && is_exhausted(errno)) return false;
    if (!socket) break;
    turn_away(socket);
  }
  spare_ = open_spare();
  return true;
}

void Listener::warn(int failure) {
  const Instant now = entrances_.front().shard.clock().now();
  if (now < quiet_until_) return;
  quiet_until_ = now + kBetweenWarnings;
  log_warn("accept_failed",
           {{"why", std::system_category().message(failure)},
            {"newcomers", is_exhausted(failure) ? "answered 503" : "wait"},
            {"advice", "raise the limit of open files (ulimit -n, LimitNOFILE, ulimits) or set --max-connections"}});
}

}  // namespace chat
