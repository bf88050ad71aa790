#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "chat/base/clock.hpp"

namespace chat {

/// A certificate that signs itself, with its key; both in PEM.
struct TestCertificate {
  std::string certificate;
  std::string key;
};

/// `names`: as in subjectAltName, "DNS:localhost,IP:127.0.0.1".
inline TestCertificate make_certificate(const std::string& names) {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* common = reinterpret_cast<const unsigned char*>(names.c_str());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, common, -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate, key, EVP_sha256());
  const auto text_of = [](auto write) {
    BIO* memory = BIO_new(BIO_s_mem());
    write(memory);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory, &text);
    std::string copy(text, static_cast<std::size_t>(size));
    BIO_free(memory);
    return copy;
  };
  TestCertificate made{text_of([&](BIO* out) { PEM_write_bio_X509(out, certificate); }), text_of([&](BIO* out) {
                         PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
                       })};
  X509_free(certificate);
  EVP_PKEY_free(key);
  return made;
}

/// The server's reaction to a request.
struct ServerReply {
  enum class Then { keep, close, reset, stall, drip };
  std::string bytes{};     // sent as they are
  Then then = Then::keep;  // keep: reads the next request; drip: sends one byte every 5 ms, for ever
  std::size_t times = 1;   // how often the bytes are sent
};

inline std::string http_answer(const std::string& status, const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// An HTTP server on a free port of this machine, on the loop of the test: Beast reads the requests, the test chooses
/// the bytes that go back.
class LocalServer {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;

  explicit LocalServer(boost::asio::io_context& loop, const TestCertificate* certificate = nullptr)
      : loop_(loop), acceptor_(loop, {boost::asio::ip::address_v4::loopback(), 0}) {
    if (certificate != nullptr) {
      tls_.emplace(boost::asio::ssl::context::tls_server);
      tls_->use_certificate(boost::asio::buffer(certificate->certificate), boost::asio::ssl::context::pem);
      tls_->use_private_key(boost::asio::buffer(certificate->key), boost::asio::ssl::context::pem);
    }
    accept();
  }
  std::string url(const std::string& host = "127.0.0.1") const {
    return (tls_ ? "https://" : "http://") + host + ':' + std::to_string(port()) + "/hooks";
  }
  unsigned short port() const { return acceptor_.local_endpoint().port(); }

  std::function<ServerReply(const Request&)> answer = [](const Request&) {
    return ServerReply{http_answer("200 OK", "{}")};
  };
  int connections = 0;
  int requests = 0;
  std::size_t sent = 0;  // bytes

 private:
  using error_code = boost::system::error_code;
  using tcp = boost::asio::ip::tcp;

  struct Connection : std::enable_shared_from_this<Connection> {
    Connection(LocalServer& s, tcp::socket accepted) : server(s), socket(std::move(accepted)), timer(s.loop_) {
      if (server.tls_) secure.emplace(socket, *server.tls_);
    }
    template <class Use>
    void with_stream(Use use) {
      secure ? use(*secure) : use(socket);
    }
    void start() {
      if (!secure) return read();
      secure->async_handshake(boost::asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](error_code failed) {
                                if (!failed) self->read();
                              });
    }
    void read() {
      request = {};
      with_stream([this](auto& stream) {
        boost::beast::http::async_read(stream, buffer, request,
                                       [self = this->shared_from_this()](error_code failed, std::size_t) {
                                         if (!failed) self->reply();
                                       });
      });
    }
    void reply() {
      ++server.requests;
      todo = server.answer(request);
      write();
    }
    void write() {
      if (todo.times == 0 || todo.bytes.empty()) return finish();
      --todo.times;
      with_stream([this](auto& stream) {
        boost::asio::async_write(stream, boost::asio::buffer(todo.bytes),
                                 [self = this->shared_from_this()](error_code failed, std::size_t size) {
                                   self->server.sent += size;
                                   if (!failed) self->write();
                                 });
      });
    }
    void finish() {
      error_code ignored;
      switch (todo.then) {
        case ServerReply::Then::keep:
          return read();
        case ServerReply::Then::reset:
          socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
          [[fallthrough]];
        case ServerReply::Then::close:
          socket.close(ignored);
          return;
        case ServerReply::Then::stall:  // waits for the client to close
          return with_stream([this](auto& stream) {
            stream.async_read_some(boost::asio::buffer(byte),
                                   [self = this->shared_from_this()](error_code, std::size_t) {});
          });
        case ServerReply::Then::drip:
          return drip();
      }
    }
    void drip() {
      timer.expires_after(Milliseconds(5));
      timer.async_wait([self = this->shared_from_this()](error_code) {
        self->with_stream([&](auto& stream) {
          boost::asio::async_write(stream, boost::asio::buffer("x", 1), [self](error_code failed, std::size_t) {
            if (!failed) self->drip();
          });
        });
      });
    }

    LocalServer& server;
    tcp::socket socket;
    boost::asio::steady_timer timer;
    std::optional<boost::asio::ssl::stream<tcp::socket&>> secure;
    boost::beast::flat_buffer buffer;
    Request request;
    ServerReply todo;
    std::array<char, 1> byte{};
  };

  void accept() {
    acceptor_.async_accept([this](error_code failed, tcp::socket socket) {
      if (failed) return;
      ++connections;
      std::make_shared<Connection>(*this, std::move(socket))->start();
      accept();
    });
  }

  boost::asio::io_context& loop_;
  tcp::acceptor acceptor_;
  std::optional<boost::asio::ssl::context> tls_;
};

}  // namespace chat
