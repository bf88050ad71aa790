#include "server/peer_check.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <utility>

namespace chat {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t kMaxAsked = 16;
constexpr Seconds kAnswerTime{1};
constexpr std::string_view kGood = "HTTP/1.1 200";

asio::awaitable<bool> reaches_store(std::string host, std::string port, std::string name) {
  tcp::resolver resolver(co_await asio::this_coro::executor);
  tcp::socket socket(resolver.get_executor());
  co_await asio::async_connect(socket, co_await resolver.async_resolve(host, port, asio::use_awaitable),
                               asio::use_awaitable);
  const std::string request = "GET /nodes HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n";
  co_await asio::async_write(socket, asio::buffer(request), asio::use_awaitable);
  std::array<char, kGood.size()> answer{};
  co_await asio::async_read(socket, asio::buffer(answer), asio::use_awaitable);
  co_return std::string_view(answer.data(), answer.size()) == kGood;
}

asio::awaitable<void> ask(std::string host, std::string port, std::string name,
                          std::shared_ptr<std::function<void()>> found) {
  using asio::experimental::awaitable_operators::operator||;
  asio::steady_timer late(co_await asio::this_coro::executor, kAnswerTime);
  try {
    const auto reached = co_await (reaches_store(std::move(host), std::move(port), std::move(name)) ||
                                   late.async_wait(asio::use_awaitable));
    if (reached.index() == 0 && std::get<0>(reached) && *found) std::exchange(*found, {})();
  } catch (const boost::system::system_error&) {  // for any reason: it cannot take clients
  }
}

}  // namespace

void PeerCheck::know(const std::vector<NodeCard>& cards, const std::string& own_id) {
  addresses_.clear();
  for (const auto& card : cards) {
    if (card.id != own_id && !card.address.empty() && addresses_.size() < kMaxAsked) {
      addresses_.push_back(card.address);
    }
  }
}

void PeerCheck::find_well(std::function<void()> found) {
  const auto once = std::make_shared<std::function<void()>>(std::move(found));
  for (const auto& address : addresses_) {
    const auto colon = address.rfind(':');
    if (colon == std::string::npos) continue;
    auto host = address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto& name = host_.empty() ? address : host_;
    asio::co_spawn(loop_, ask(std::move(host), address.substr(colon + 1), name, once), asio::detached);
  }
}

std::string advertised_address(const std::string& listen, std::uint16_t port) {
  const auto host = listen.substr(0, listen.rfind(':'));
  const bool is_any = host == "0.0.0.0" || host == "[::]" || host == "::";
  boost::system::error_code unknown;
  return (is_any ? asio::ip::host_name(unknown) : host) + ':' + std::to_string(port);
}

}  // namespace chat
