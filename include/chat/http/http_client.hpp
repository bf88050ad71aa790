#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/http/http_url.hpp"

namespace chat {

/// A request to another server: a POST with a JSON body, or a GET.
struct OutgoingRequest {
  enum class Method : std::uint8_t { post, get };

  HttpUrl url;
  std::vector<std::pair<std::string, std::string>> headers;  // beside Host, Content-Type and Content-Length
  std::string body;
  Milliseconds timeout{1000};  // of name resolution, connection, TLS, request and answer together
  Method method = Method::post;
  bool is_repeatable = false;  // the receiver recognises a repetition
  std::size_t max_answer_bytes = std::size_t{64} * 1024;
};

struct RequestReply {
  unsigned status = 0;
  std::string body;
  std::string cache_control;  // of the answer's head
};

/// Why there is no answer.
struct HttpFault {
  enum class Kind : std::uint8_t {
    timeout,
    connection,  // not resolved, refused, reset, closed, TLS
    answer,      // malformed or too large
  };
  Kind kind = Kind::connection;
  std::string why;  // a sentence
};

using HttpOutcome = std::variant<RequestReply, HttpFault>;

/// Makes HTTP requests. Thread: one loop's.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  /// Calls `done` once with the outcome, on the loop, after it has returned.
  virtual void send(OutgoingRequest request, std::function<void(HttpOutcome)> done) = 0;
};

/// HTTP/1.1 over TCP and TLS with kept-alive connections, a pool for each origin. The certificate must be valid for the
/// host (RFC 9525). Redirects are not followed. An answer has a head of at most 16 KiB and a body as the request
/// allows; of a longer one nothing more is read. If a kept-alive connection turns out to be closed before anything of
/// the answer has arrived, a repeatable request is sent once more on a new connection.
///
/// Thread: the loop's. Owner: the node, or the one request that needs it (fetch_jwks); must be destroyed on the loop's
/// thread or after its run. The completions of requests under way are then not called.
/// Bound: 64 idle connections for each origin, for 4 s each.
class HttpClient final : public HttpTransport {
 public:
  /// `ca_file`: PEM of the authority that signed the servers' certificates; empty: the system's. If it cannot be used,
  /// each request with TLS fails.
  explicit HttpClient(boost::asio::io_context& loop, const std::string& ca_file = {});
  ~HttpClient() override;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void send(OutgoingRequest request, std::function<void(HttpOutcome)> done) override;

  /// Connections that wait for a request.
  std::size_t idle_connections() const;

 private:
  std::shared_ptr<class HttpPool> pool_;
};

}  // namespace chat
