#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "chat/http/http_client.hpp"
#include "http/http_pool.hpp"

namespace chat {

/// One request and its answer. The deadline closes the socket, so that every pending operation ends.
/// Thread: the loop's. Owner: its pending operations.
class HttpExchange : public std::enable_shared_from_this<HttpExchange> {
 public:
  HttpExchange(std::shared_ptr<HttpPool> pool, OutgoingRequest asked, std::function<void(HttpOutcome)> done);

  void start();

 private:
  using Kind = HttpFault::Kind;
  using error_code = boost::system::error_code;

  void begin();
  void resolve();
  void connect(const boost::asio::ip::tcp::resolver::results_type& found);
  void shake_hands();
  void write();
  void read_head();
  void read_body();
  void finish();
  /// The connection broke, or its bytes are no answer.
  void break_off(error_code broken);
  bool can_repeat() const;
  void fail(Kind kind, std::string why) { end(HttpFault{kind, std::move(why)}); }
  void end(HttpOutcome outcome);

  std::shared_ptr<HttpPool> pool_;
  OutgoingRequest asked_;
  std::string origin_;
  std::function<void(HttpOutcome)> done_;
  boost::asio::steady_timer deadline_;
  boost::asio::ip::tcp::resolver resolver_;
  std::unique_ptr<HttpConnection> connection_;
  bool is_reused_ = false;
  boost::beast::flat_buffer buffer_;
  boost::beast::http::request<boost::beast::http::string_body> request_;
  std::optional<boost::beast::http::response_parser<boost::beast::http::string_body>> parser_;
};

}  // namespace chat
