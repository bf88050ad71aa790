#include "http/http_pool.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

namespace chat {
namespace {

using boost::system::error_code;

/// Whether nothing has arrived. A server sends nothing without a request, but the end of the connection.
bool is_quiet(boost::asio::ip::tcp::socket& socket) {
  char byte = 0;
  error_code state;
  socket.non_blocking(true, state);
  if (state) return false;
  socket.receive(boost::asio::buffer(&byte, 1), boost::asio::socket_base::message_peek, state);
  return state == boost::asio::error::would_block;
}

}  // namespace

HttpPool::HttpPool(boost::asio::io_context& loop, const std::string& ca_file, Milliseconds idle_time)
    : loop_(loop), tls_(boost::asio::ssl::context::tls_client), idle_time_(idle_time), timer_(loop) {
  error_code failed;
  ca_file.empty() ? tls_.set_default_verify_paths(failed) : tls_.load_verify_file(ca_file, failed);
  if (failed) tls_fault_ = "the certificates of authorities cannot be read: " + failed.message();
  SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
  tls_.set_verify_mode(boost::asio::ssl::verify_peer);
}

std::unique_ptr<HttpConnection> HttpPool::take(const std::string& origin) {
  const auto found = idle_.find(origin);
  if (found == idle_.end()) return nullptr;
  auto& idle = found->second;
  std::unique_ptr<HttpConnection> taken;
  while (!idle.empty() && !taken) {
    if (is_quiet(idle.back()->socket)) taken = std::move(idle.back());
    idle.pop_back();
  }
  if (idle.empty()) idle_.erase(found);
  return taken;
}

void HttpPool::give_back(const std::string& origin, std::unique_ptr<HttpConnection> connection) {
  if (is_closed_) return;
  auto& idle = idle_[origin];
  if (idle.size() == kMaxIdle) idle.erase(idle.begin());
  connection->idle_since = std::chrono::steady_clock::now();
  idle.push_back(std::move(connection));
  sweep_later();
}

std::size_t HttpPool::idle() const {
  std::size_t count = 0;
  for (const auto& [origin, idle] : idle_) count += idle.size();
  return count;
}

void HttpPool::close() {
  is_closed_ = true;
  idle_.clear();
  timer_.cancel();
}

void HttpPool::sweep_later() {
  if (std::exchange(is_sweeping_, true)) return;
  timer_.expires_after(idle_time_ / 4);
  timer_.async_wait([self = weak_from_this()](error_code) {
    if (const auto pool = self.lock()) pool->sweep();
  });
}

void HttpPool::sweep() {
  is_sweeping_ = false;
  const auto oldest = std::chrono::steady_clock::now() - idle_time_;
  for (auto entry = idle_.begin(); entry != idle_.end();) {
    auto& idle = entry->second;
    const auto first_kept = std::find_if(idle.begin(), idle.end(),
                                         [oldest](const auto& connection) { return connection->idle_since > oldest; });
    idle.erase(idle.begin(), first_kept);
    entry = idle.empty() ? idle_.erase(entry) : std::next(entry);
  }
  if (!idle_.empty()) sweep_later();
}

}  // namespace chat
