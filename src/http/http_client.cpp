#include "chat/http/http_client.hpp"

#include <utility>

#include "http/http_exchange.hpp"
#include "http/http_pool.hpp"

namespace chat {

HttpClient::HttpClient(boost::asio::io_context& loop, const std::string& ca_file)
    : pool_(std::make_shared<HttpPool>(loop, ca_file)) {}

HttpClient::~HttpClient() { pool_->close(); }

void HttpClient::send(OutgoingRequest request, std::function<void(HttpOutcome)> done) {
  std::make_shared<HttpExchange>(pool_, std::move(request), std::move(done))->start();
}

std::size_t HttpClient::idle_connections() const { return pool_->idle(); }

}  // namespace chat
