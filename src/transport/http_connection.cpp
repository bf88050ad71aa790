// GCC 12 takes the frame of an awaitable for something else than what it allocated it as.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

#include "transport/http_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <memory>
#include <string>
#include <utility>

#include "transport/websocket_handshake.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr Seconds kHeaderTime{5};  // for a whole request, counted from its first moment
constexpr Seconds kKeepAlive{15};  // between requests
constexpr Seconds kWriteTime{30};
constexpr std::uint32_t kHeaderBytes = 8 * 1024;
constexpr std::uint64_t kBodyBytes = 16 * 1024;
constexpr const char* kWebSocketPath = "/ws";

/// Waits for the router's answer, which may come from another thread.
asio::awaitable<HttpResponse> ask(const Router& router, const HttpRequest& request) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(HttpResponse)>(
      [&router, &request](auto handler) {
        const auto executor = asio::get_associated_executor(handler);
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        router.handle(request, [held, executor](HttpResponse response) {
          asio::post(executor, [held, r = std::move(response)]() mutable { (*held)(std::move(r)); });
        });
      },
      asio::use_awaitable);
}

asio::awaitable<bool> write(beast::tcp_stream& stream, HttpResponse response, const HttpRequest& request) {
  if (response.result() != http::status::not_modified) response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  stream.expires_after(kWriteTime);
  http::response_serializer<http::string_body> serializer(response);
  error_code failed;
  if (request.method() == http::verb::head) {
    std::tie(failed, std::ignore) = co_await http::async_write_header(stream, serializer, kNoThrow);
  } else {
    std::tie(failed, std::ignore) = co_await http::async_write(stream, serializer, kNoThrow);
  }
  co_return !failed && response.keep_alive();
}

/// A line that ends without CR, or goes on in the next one: what one reader takes for one thing and another for another
/// is how requests are smuggled (RFC 9112 §2.2, §5.2).
bool is_ambiguous(std::string_view head) {
  for (auto end = head.find('\n'); end != std::string_view::npos; end = head.find('\n', end + 1)) {
    if (end == 0 || head[end - 1] != '\r') return true;
    if (end + 1 < head.size() && (head[end + 1] == ' ' || head[end + 1] == '\t')) return true;
  }
  return false;
}

/// Reads until the buffer holds a whole head; refuses what is too long or ambiguous before it is parsed.
asio::awaitable<error_code> read_head(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
  for (;;) {
    const std::string_view text(static_cast<const char*>(buffer.data().data()), buffer.size());
    const auto end = text.find("\r\n\r\n");
    if (is_ambiguous(text.substr(0, end))) co_return http::error::bad_line_ending;
    if (end != std::string_view::npos) co_return error_code{};
    if (text.size() > kHeaderBytes) co_return http::error::header_limit;
    const auto [failed, size] = co_await stream.async_read_some(buffer.prepare(4096), kNoThrow);
    if (failed) co_return failed;
    buffer.commit(size);
  }
}

HttpResponse refusal(error_code error, const HttpRequest& request) {
  if (error == http::error::header_limit) {
    return make_error(request, http::status::request_header_fields_too_large, "more than 8 KiB of headers");
  }
  if (error == http::error::body_limit) {
    return make_error(request, http::status::payload_too_large, "more than 16 KiB of body");
  }
  if (error == http::error::unexpected_body) {
    return make_error(request, http::status::bad_request, "an upgrade has no body");
  }
  return make_error(request, http::status::bad_request, "this is not HTTP/1.1");
}

asio::ip::address client_of(beast::tcp_stream& stream, const HttpRequest& request, const TransportSettings& settings) {
  error_code gone;
  const auto peer = stream.socket().remote_endpoint(gone).address();
  const auto forwarded = request["X-Forwarded-For"];
  return client_address(peer, {forwarded.data(), forwarded.size()}, settings.trusted_proxies);
}

/// Answers the handshake and, if it is accepted, gives the socket away; true when it was.
asio::awaitable<bool> upgrade(beast::tcp_stream& stream, beast::flat_buffer& buffer, const HttpRequest& request,
                              ShardEntrance entrance, const TransportSettings& settings) {
  HttpResponse response = answer_handshake(request, settings.allowed_origins);
  Admission::Place place;
  if (response.result() == http::status::switching_protocols) {
    place = entrance.admission.admit(client_of(stream, request, settings));
    if (!place) {
      response = make_error(request, http::status::too_many_requests, "too many connections");
      response.set(http::field::retry_after, "5");
    } else if (entrance.shard.is_draining()) {
      response = make_error(request, http::status::service_unavailable, "this node is leaving");
      response.set(http::field::retry_after, "1");
    }
  }
  const bool accepted = response.result() == http::status::switching_protocols;
  if (!accepted) {
    response.keep_alive(false);
    co_await write(stream, std::move(response), request);
    co_return false;
  }
  stream.expires_after(kHeaderTime);
  const auto [failed, size] = co_await http::async_write(stream, response, kNoThrow);
  if (failed) co_return false;
  std::string early(static_cast<const char*>(buffer.data().data()), buffer.size());
  entrance.websockets.add(stream.release_socket(), std::move(place), std::move(early));
  co_return true;
}

}  // namespace

asio::awaitable<void> serve_http(asio::ip::tcp::socket socket, ShardEntrance entrance, const Router& router,
                                 const TransportSettings& settings) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  for (bool first = true;; first = false) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(kHeaderBytes);
    parser.body_limit(kBodyBytes);
    stream.expires_after(first ? kHeaderTime : kKeepAlive);
    error_code error = co_await read_head(stream, buffer);
    if (!error) std::tie(error, std::ignore) = co_await http::async_read_header(stream, buffer, parser, kNoThrow);
    const HttpRequest& request = parser.get();
    const bool is_upgrade = !error && wants_websocket(request) &&
                            path_of({request.target().data(), request.target().size()}) == kWebSocketPath;
    if (is_upgrade && (parser.chunked() || parser.content_length().value_or(0) > 0))
      error = http::error::unexpected_body;
    if (!error && !is_upgrade)
      std::tie(error, std::ignore) = co_await http::async_read(stream, buffer, parser, kNoThrow);
    if (error) {
      if (error.category() != make_error_code(http::error::end_of_stream).category()) co_return;  // the socket, or time
      if (error == http::error::end_of_stream || error == http::error::partial_message) co_return;
      auto response = refusal(error, request);
      response.version(11);
      response.keep_alive(false);
      co_await write(stream, std::move(response), request);
      break;
    }
    if (is_upgrade) {
      if (co_await upgrade(stream, buffer, request, entrance, settings)) co_return;
      break;
    }
    HttpResponse response = co_await ask(router, request);
    response.keep_alive(request.keep_alive());
    if (!co_await write(stream, std::move(response), request)) break;
  }
  error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

}  // namespace chat
