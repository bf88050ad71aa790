#include "http/http_exchange.hpp"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <utility>

#include "chat/base/ascii.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;

constexpr std::uint32_t kMaxHeadBytes = 16 * 1024;
constexpr std::size_t kBufferBytes = 32 * 1024;  // holds a head, or a piece of the body

/// A value that begins no further header.
bool is_header_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
}

/// Whether the end of the body is where every reader of HTTP sees it (RFC 9112 §6.3).
bool is_framing_clear(const http::response_parser<http::string_body>& parser) {
  const auto encodings = parser.get().equal_range(http::field::transfer_encoding);
  if (encodings.first == encodings.second) return true;
  return std::next(encodings.first) == encodings.second && parser.get().version() == 11 &&
         is_same_ignoring_case(encodings.first->value(), "chunked");
}

}  // namespace

HttpExchange::HttpExchange(std::shared_ptr<HttpPool> pool, OutgoingRequest asked, std::function<void(HttpOutcome)> done)
    : pool_(std::move(pool)),
      asked_(std::move(asked)),
      origin_(asked_.url.origin()),
      done_(std::move(done)),
      deadline_(pool_->loop()),
      resolver_(pool_->loop()),
      buffer_(kBufferBytes) {}

void HttpExchange::start() {
  request_.version(11);
  const bool is_get = asked_.method == OutgoingRequest::Method::get;
  request_.method(is_get ? http::verb::get : http::verb::post);
  request_.target(asked_.url.target);
  request_.set(http::field::host, asked_.url.authority);
  request_.set(http::field::user_agent, "chatd");
  if (!is_get) request_.set(http::field::content_type, "application/json");
  for (const auto& [name, value] : asked_.headers) {
    if (is_header_value(value)) request_.set(name, value);
  }
  request_.body() = std::move(asked_.body);
  request_.prepare_payload();
  deadline_.expires_after(asked_.timeout);
  deadline_.async_wait([self = shared_from_this()](error_code cancelled) {
    if (!cancelled) self->fail(Kind::timeout, "no complete answer in time");
  });
  asio::post(pool_->loop(), [self = shared_from_this()] { self->begin(); });
}

void HttpExchange::begin() {
  if (!done_) return;
  if (asked_.url.tls && !pool_->tls_fault().empty()) return fail(Kind::connection, pool_->tls_fault());
  connection_ = pool_->take(origin_);
  is_reused_ = connection_ != nullptr;
  is_reused_ ? write() : resolve();
}

void HttpExchange::resolve() {
  connection_ = pool_->make(asked_.url.tls);
  resolver_.async_resolve(asked_.url.host, asked_.url.port,
                          [self = shared_from_this()](error_code unknown, const tcp::resolver::results_type& found) {
                            if (!self->done_) return;
                            if (!unknown) return self->connect(found);
                            self->fail(Kind::connection,
                                       "the name of the host cannot be resolved: " + unknown.message());
                          });
}

void HttpExchange::connect(const tcp::resolver::results_type& found) {
  asio::async_connect(connection_->socket, found,
                      [self = shared_from_this()](error_code refused, const tcp::endpoint&) {
                        if (!self->done_) return;
                        if (refused) return self->fail(Kind::connection, "cannot connect: " + refused.message());
                        error_code ignored;
                        self->connection_->socket.set_option(tcp::no_delay(true), ignored);
                        self->asked_.url.tls ? self->shake_hands() : self->write();
                      });
}

/// The certificate must lead to a known authority and name the host of the URL.
void HttpExchange::shake_hands() {
  auto& stream = *connection_->secure;
  error_code is_name;
  asio::ip::make_address(asked_.url.host, is_name);
  if (is_name) SSL_set_tlsext_host_name(stream.native_handle(), asked_.url.host.c_str());
  stream.set_verify_callback(ssl::host_name_verification(asked_.url.host));
  stream.async_handshake(ssl::stream_base::client, [self = shared_from_this()](error_code refused) {
    if (!self->done_) return;
    if (!refused) return self->write();
    const long verified = SSL_get_verify_result(self->connection_->secure->native_handle());
    self->fail(Kind::connection, std::string("TLS: ") + (verified != X509_V_OK ? X509_verify_cert_error_string(verified)
                                                                               : refused.message()));
  });
}

void HttpExchange::write() {
  buffer_.clear();
  parser_.emplace();
  parser_->header_limit(kMaxHeadBytes);
  parser_->body_limit(asked_.max_answer_bytes);
  connection_->with_stream([this](auto& stream) {
    http::async_write(stream, request_, [self = shared_from_this()](error_code broken, std::size_t) {
      if (!self->done_) return;
      // A server may answer and close before it has read everything: its answer counts.
      if (broken && self->can_repeat()) return self->break_off(broken);
      self->read_head();
    });
  });
}

void HttpExchange::read_head() {
  connection_->with_stream([this](auto& stream) {
    http::async_read_header(stream, buffer_, *parser_, [self = shared_from_this()](error_code broken, std::size_t) {
      if (!self->done_) return;
      if (broken) return self->break_off(broken);
      if (self->parser_->get().result_int() < 200) return self->fail(Kind::answer, "the answer is an interim one");
      if (!is_framing_clear(*self->parser_)) {
        return self->fail(Kind::answer, "the answer has a Transfer-Encoding other than chunked");
      }
      self->read_body();
    });
  });
}

void HttpExchange::read_body() {
  connection_->with_stream([this](auto& stream) {
    http::async_read(stream, buffer_, *parser_, [self = shared_from_this()](error_code broken, std::size_t) {
      if (!self->done_) return;
      broken ? self->break_off(broken) : self->finish();
    });
  });
}

/// A connection whose next bytes may be anything is not used again.
void HttpExchange::finish() {
  if (parser_->keep_alive() && !parser_->need_eof() && buffer_.size() == 0) {
    pool_->give_back(origin_, std::move(connection_));
  }
  auto& answer = parser_->get();
  end(RequestReply{answer.result_int(), std::move(answer.body()), answer[http::field::cache_control]});
}

bool HttpExchange::can_repeat() const {
  return is_reused_ && asked_.is_repeatable && buffer_.size() == 0 && !parser_->got_some();
}

void HttpExchange::break_off(error_code broken) {
  const bool is_garbage = broken.category() == make_error_code(http::error::bad_version).category() &&
                          broken != http::error::end_of_stream && broken != http::error::partial_message;
  if (is_garbage) return fail(Kind::answer, "the answer cannot be read: " + broken.message());
  if (!can_repeat()) return fail(Kind::connection, "the connection broke before the answer: " + broken.message());
  is_reused_ = false;
  resolve();
}

/// The first end counts: failures that the closed socket causes come later.
void HttpExchange::end(HttpOutcome outcome) {
  if (!done_) return;
  error_code ignored;
  deadline_.cancel();
  resolver_.cancel();
  if (connection_) connection_->socket.close(ignored);
  const auto done = std::exchange(done_, nullptr);
  if (!pool_->is_closed()) done(std::move(outcome));
}

}  // namespace chat
