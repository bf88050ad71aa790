#include "backplane/redis/stream.hpp"

#include <sys/un.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <utility>

namespace chat::redis {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;

}  // namespace

struct Stream::Tls {
  explicit Tls(asio::io_context& loop) : context(ssl::context::tls_client), stream(loop, context) {}
  ssl::context context;
  ssl::stream<Socket> stream;
};

Stream::Stream(asio::io_context& loop, const RedisUrl& url)
    : loop_(loop), wants_tls_(url.tls), ca_file_(url.ca_file), socket_(loop) {}

Stream::~Stream() = default;

void Stream::connect(Target target, std::function<void(const std::string& failure)> done) {
  close();
  if (wants_tls_) tls_ = std::make_shared<Tls>(loop_);
  Socket& socket = wants_tls_ ? tls_->stream.next_layer() : socket_;
  asio::async_connect(socket, target.endpoints,
                      [this, tls = tls_, host = target.host, done = std::move(done)](error_code failed, const auto&) {
                        if (failed) return done(failed.message());
                        if (tls != tls_) return done("given up");
                        error_code ignored;
                        (tls ? tls->stream.next_layer() : socket_).set_option(asio::ip::tcp::no_delay(true), ignored);
                        tls ? shake_hands(host, done) : done("");
                      });
}

/// The certificate must lead to an authority that is known, and name the host of the URL.
void Stream::shake_hands(const std::string& host, std::function<void(const std::string& failure)> done) {
  error_code failed;
  ca_file_.empty() ? tls_->context.set_default_verify_paths(failed) : tls_->context.load_verify_file(ca_file_, failed);
  if (failed) return done("--redis-ca: " + failed.message());
  ssl::stream<Socket>& stream = tls_->stream;
  SSL_set_min_proto_version(stream.native_handle(), TLS1_2_VERSION);
  error_code is_name;
  asio::ip::make_address(host, is_name);
  if (is_name) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());
  stream.set_verify_mode(ssl::verify_peer);
  stream.set_verify_callback(ssl::host_name_verification(host));
  stream.async_handshake(ssl::stream_base::client, [tls = tls_, host, done = std::move(done)](error_code refused) {
    const long verified = SSL_get_verify_result(tls->stream.native_handle());
    if (!refused) return done("");
    done("TLS with " + host + ": " +
         (verified != X509_V_OK ? X509_verify_cert_error_string(verified) : refused.message()));
  });
}

void Stream::read_some(asio::mutable_buffer into, Done done) {
  if (!tls_) return socket_.async_read_some(into, std::move(done));
  tls_->stream.async_read_some(
      into, [tls = tls_, done = std::move(done)](error_code error, std::size_t size) { done(error, size); });
}

void Stream::write(asio::const_buffer bytes, Done done) {
  if (!tls_) return asio::async_write(socket_, bytes, std::move(done));
  asio::async_write(tls_->stream, bytes,
                    [tls = tls_, done = std::move(done)](error_code error, std::size_t size) { done(error, size); });
}

void Stream::close() {
  error_code ignored;
  socket_.close(ignored);
  if (tls_) tls_->stream.next_layer().close(ignored);
  tls_.reset();
}

std::string Stream::peer() const {
  error_code gone;
  const auto endpoint = (tls_ ? tls_->stream.next_layer() : socket_).remote_endpoint(gone);
  if (gone) return {};
  if (endpoint.protocol().family() == AF_UNIX) {
    return reinterpret_cast<const sockaddr_un*>(endpoint.data())->sun_path;
  }
  asio::ip::tcp::endpoint address;
  address.resize(endpoint.size());
  std::memcpy(address.data(), endpoint.data(), endpoint.size());
  return address.address().to_string() + ':' + std::to_string(address.port());
}

}  // namespace chat::redis
