#include "chat/transport/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/dispatch.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

#include "chat/base/log.hpp"
#include "transport/http_connection.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int kAcceptsPerTurn = 64;            // a storm of newcomers must not hold up those who are in
constexpr int kSecondsForRequest = 1;          // the kernel keeps a connection back that has said nothing, so long
constexpr Milliseconds kPauseAfterError{100};  // out of descriptors: trying at once would only spin

}  // namespace

Listener::Listener(const asio::ip::tcp::endpoint& address, std::vector<ShardEntrance> entrances, const Router& router,
                   const TransportSettings& settings)
    : entrances_(std::move(entrances)),
      router_(router),
      settings_(settings),
      acceptor_(entrances_.front().shard.context(), address, true),
      pause_(entrances_.front().shard.context()) {
  ::setsockopt(acceptor_.native_handle(), IPPROTO_TCP, TCP_DEFER_ACCEPT, &kSecondsForRequest,
               sizeof kSecondsForRequest);
  acceptor_.set_option(asio::ip::tcp::no_delay(true));  // what is accepted inherits it
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
    if (accept_some()) return wait();
    pause_.expires_after(kPauseAfterError);
    pause_.async_wait([this](error_code stopped) {
      if (!stopped) wait();
    });
  });
}

/// False when the node cannot take more for the moment.
bool Listener::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    asio::ip::tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    Descriptor socket(::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      const int failure = errno;
      if (failure == EAGAIN || failure == EWOULDBLOCK || failure == EINTR || failure == ECONNABORTED) return true;
      log_warn("accept_failed", {{"why", std::system_category().message(failure)}});
      return false;
    }
    peer.resize(size);
    ShardEntrance& entrance = entrances_[next_++ % entrances_.size()];
    asio::dispatch(entrance.shard.context(), [this, &entrance, arrival = Arrival{std::move(socket), peer}]() mutable {
      serve_http(std::move(arrival), entrance, router_, settings_);
    });
  }
  return true;
}

}  // namespace chat
