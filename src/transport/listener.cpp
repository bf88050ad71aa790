#include "chat/transport/listener.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "chat/base/log.hpp"
#include "transport/http_connection.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr Milliseconds kPauseAfterError{100};  // out of descriptors: trying at once would only spin

void log_escape(std::exception_ptr failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    log_error("connection_failed", {{"why", error.what()}});
  }
}

}  // namespace

Listener::Listener(const asio::ip::tcp::endpoint& address, std::vector<ShardEntrance> entrances, const Router& router,
                   const TransportSettings& settings)
    : entrances_(std::move(entrances)),
      router_(router),
      settings_(settings),
      acceptor_(entrances_.front().shard.context(), address, true),
      pause_(entrances_.front().shard.context()) {
  acceptor_.listen(4096);
}

void Listener::start() { accept(); }

void Listener::stop() {
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void Listener::accept() {
  ShardEntrance& entrance = entrances_[next_++ % entrances_.size()];
  acceptor_.async_accept(entrance.shard.context(), [this, &entrance](error_code error, asio::ip::tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
    if (error) {
      log_warn("accept_failed", {{"why", error.message()}});
      pause_.expires_after(kPauseAfterError);
      pause_.async_wait([this](error_code stopped) {
        if (!stopped) accept();
      });
      return;
    }
    asio::co_spawn(entrance.shard.context(), serve_http(std::move(socket), entrance, router_, settings_), log_escape);
    accept();
  });
}

}  // namespace chat
