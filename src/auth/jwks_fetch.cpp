#include "chat/auth/jwks_fetch.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <utility>

#include "auth/cache_control.hpp"
#include "auth/jwks_url.hpp"
#include "chat/auth/key_set.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr Seconds kTimeout{5};
constexpr std::uint32_t kMaxHeaderBytes = 16 * 1024;

/// One request. Its pending operations own it; the deadline closes the socket, so that they end.
class Fetch : public std::enable_shared_from_this<Fetch> {
 public:
  Fetch(asio::io_context& loop, JwksUrl url, std::function<void(JwksAnswer)> done)
      : url_(std::move(url)),
        done_(std::move(done)),
        deadline_(loop),
        resolver_(loop),
        tls_(ssl::context::tls_client),
        stream_(loop, tls_) {
    parser_.body_limit(kMaxKeySourceBytes);
    parser_.header_limit(kMaxHeaderBytes);
    request_.version(11);
    request_.method(http::verb::get);
    request_.target(url_.target);
    request_.set(http::field::host, url_.authority);
    request_.set(http::field::accept, "application/jwk-set+json, application/json");
    request_.set(http::field::user_agent, "chatd");
    request_.set(http::field::connection, "close");
  }

  void run(const std::string& ca_file) {
    error_code failed;
    ca_file.empty() ? tls_.set_default_verify_paths(failed) : tls_.load_verify_file(ca_file, failed);
    if (failed) return fail("the certificates of authorities cannot be read: " + failed.message());
    deadline_.expires_after(kTimeout);
    deadline_.async_wait([self = shared_from_this()](error_code cancelled) {
      if (!cancelled) self->fail("no complete answer within 5 s");
    });
    resolver_.async_resolve(url_.host, url_.port,
                            [self = shared_from_this()](error_code unknown, const tcp::resolver::results_type& found) {
                              if (!unknown) return self->connect(found);
                              self->fail("the name of the host cannot be resolved: " + unknown.message());
                            });
  }

 private:
  void connect(const tcp::resolver::results_type& found) {
    if (!done_) return;
    asio::async_connect(stream_.next_layer(), found,
                        [self = shared_from_this()](error_code refused, const tcp::endpoint&) {
                          if (refused) return self->fail("cannot connect: " + refused.message());
                          self->url_.tls ? self->shake_hands() : self->exchange(self->stream_.next_layer());
                        });
  }

  /// The certificate must lead to a known authority and name the host of the URL.
  void shake_hands() {
    SSL_set_min_proto_version(stream_.native_handle(), TLS1_2_VERSION);
    error_code is_name;
    asio::ip::make_address(url_.host, is_name);
    if (is_name) SSL_set_tlsext_host_name(stream_.native_handle(), url_.host.c_str());
    stream_.set_verify_mode(ssl::verify_peer);
    stream_.set_verify_callback(ssl::host_name_verification(url_.host));
    stream_.async_handshake(ssl::stream_base::client, [self = shared_from_this()](error_code refused) {
      if (!refused) return self->exchange(self->stream_);
      const long verified = SSL_get_verify_result(self->stream_.native_handle());
      self->fail(std::string("TLS: ") +
                 (verified != X509_V_OK ? X509_verify_cert_error_string(verified) : refused.message()));
    });
  }

  template <class Stream>
  void exchange(Stream& stream) {
    http::async_write(stream, request_, [self = shared_from_this(), &stream](error_code failed, std::size_t) {
      if (failed) return self->fail("cannot send: " + failed.message());
      http::async_read(stream, self->buffer_, self->parser_, [self](error_code broken, std::size_t) {
        broken ? self->fail("cannot read the answer: " + broken.message()) : self->finish();
      });
    });
  }

  void finish() {
    auto& answer = parser_.get();
    if (answer.result() != http::status::ok) {
      return fail("the answer has the status " + std::to_string(answer.result_int()) + ", not 200");
    }
    end({std::move(answer.body()), max_age_of(answer[http::field::cache_control]), {}});
  }

  void fail(std::string why) { end({{}, {}, std::move(why)}); }

  /// The first end counts: what fails because the socket was closed comes later.
  void end(JwksAnswer answer) {
    if (!done_) return;
    error_code ignored;
    deadline_.cancel();
    resolver_.cancel();
    stream_.next_layer().close(ignored);
    std::exchange(done_, nullptr)(std::move(answer));
  }

  JwksUrl url_;
  std::function<void(JwksAnswer)> done_;
  asio::steady_timer deadline_;
  tcp::resolver resolver_;
  ssl::context tls_;
  ssl::stream<tcp::socket> stream_;
  boost::beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  http::response_parser<http::string_body> parser_;
};

}  // namespace

std::optional<std::string> check_jwks_url(const std::string& url) {
  auto parsed = parse_jwks_url(url);
  auto* fault = std::get_if<std::string>(&parsed);
  return fault ? std::optional(std::move(*fault)) : std::nullopt;
}

void fetch_jwks(asio::io_context& loop, const JwksSource& source, std::function<void(JwksAnswer)> done) {
  auto parsed = parse_jwks_url(source.url);
  if (const auto* fault = std::get_if<std::string>(&parsed)) return done({{}, {}, "the URL " + *fault});
  std::make_shared<Fetch>(loop, std::get<JwksUrl>(std::move(parsed)), std::move(done))->run(source.ca_file);
}

}  // namespace chat
