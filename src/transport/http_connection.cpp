// GCC 12 takes the frame of an awaitable for something else than what it allocated it as.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

#include "transport/http_connection.hpp"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "chat/base/log.hpp"
#include "transport/http_head.hpp"
#include "transport/websocket_upgrade.hpp"

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

Milliseconds charge_request(Shard& shard, const asio::ip::address& client, const TransportSettings& settings) {
  return shard.rates().take(RateTable::Kind::http_requests, address_key(client), settings.http_requests,
                            shard.clock().now());
}

HttpResponse make_too_many(const HttpRequest& request, Milliseconds wait) {
  auto response = make_error(request, http::status::too_many_requests, "too many requests");
  response.set(http::field::retry_after, std::to_string(std::chrono::ceil<Seconds>(wait).count()));
  response.keep_alive(false);
  return response;
}

/// Waits for the answer, which may come from another thread.
asio::awaitable<HttpAnswer> ask(const Router& router, HttpCall call) {
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(HttpAnswer)>(
      [&router, &call](auto handler) {
        const auto executor = asio::get_associated_executor(handler);
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        call.reply = [held, executor](HttpAnswer answer) {
          asio::post(executor, [held, a = std::move(answer)]() mutable { (*held)(std::move(a)); });
        };
        router.handle(std::move(call));
      },
      asio::use_awaitable);
}

asio::awaitable<bool> write(beast::tcp_stream& stream, HttpResponse response, http::verb method) {
  // A response without content has no length either (RFC 9110 §8.6).
  const bool has_content =
      response.result() != http::status::not_modified && response.result() != http::status::no_content;
  if (has_content) response.prepare_payload();
  if (method == http::verb::head) response.body().clear();
  stream.expires_after(kWriteTime);
  http::response_serializer<http::string_body> serializer(response);
  error_code failed;
  if (method == http::verb::head) {
    std::tie(failed, std::ignore) = co_await http::async_write_header(stream, serializer, kNoThrow);
  } else {
    std::tie(failed, std::ignore) = co_await http::async_write(stream, serializer, kNoThrow);
  }
  co_return !failed;
}

/// Reads until the buffer holds a whole head; refuses what is too long or ambiguous before it is parsed.
asio::awaitable<error_code> read_head(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
  for (;;) {
    switch (check_head({static_cast<const char*>(buffer.data().data()), buffer.size()}).kind) {
      case HttpHead::Kind::whole:
        co_return error_code{};
      case HttpHead::Kind::ambiguous:
        co_return http::error::bad_line_ending;
      case HttpHead::Kind::too_long:
        co_return http::error::header_limit;
      case HttpHead::Kind::unfinished:
        break;
    }
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
    return make_error(request, http::status::payload_too_large, "more than 32 KiB of body");
  }
  if (error == http::error::unexpected_body) {
    return make_error(request, http::status::bad_request, "an upgrade has no body");
  }
  return make_error(request, http::status::bad_request, "this is not HTTP/1.1");
}

asio::awaitable<void> converse(asio::ip::tcp::socket socket, beast::flat_buffer buffer, asio::ip::address peer,
                               ShardEntrance& entrance, const Router& router, const TransportSettings& settings) {
  beast::tcp_stream stream(std::move(socket));
  for (bool first = true;; first = false) {
    HttpParser parser;
    set_limits(parser);
    stream.expires_after(first ? kHeaderTime : kKeepAlive);
    error_code error = co_await read_head(stream, buffer);
    if (!error) std::tie(error, std::ignore) = co_await http::async_read_header(stream, buffer, parser, kNoThrow);
    if (!error && has_unknown_coding(parser)) error = http::error::bad_transfer_encoding;
    const HttpRequest& request = parser.get();
    const bool is_upgrade = !error && asks_for_websocket(request);
    if (is_upgrade && announces_body(parser)) error = http::error::unexpected_body;
    if (!error && !is_upgrade)
      std::tie(error, std::ignore) = co_await http::async_read(stream, buffer, parser, kNoThrow);
    if (error) {
      if (error.category() != make_error_code(http::error::end_of_stream).category()) co_return;  // the socket, or time
      if (error == http::error::end_of_stream || error == http::error::partial_message) co_return;
      auto response = refusal(error, request);
      response.version(11);
      response.keep_alive(false);
      co_await write(stream, std::move(response), request.method());
      break;
    }
    if (is_upgrade) {
      error_code failed;
      Descriptor released(stream.release_socket().release(failed));
      const auto early = buffer.data();
      upgrade(std::move(released), request, {static_cast<char*>(early.data()), early.size()}, peer, entrance, settings);
      co_return;
    }
    const auto method = request.method();
    const bool keep_alive = request.keep_alive();
    const auto forwarded = request["X-Forwarded-For"];
    const auto client = client_address(peer, {forwarded.data(), forwarded.size()}, settings.trusted_proxies);
    HttpCall call{parser.release(), {}, client, &entrance};
    if (const auto wait = charge_request(entrance.shard, client, settings); wait > Milliseconds{0}) {
      co_await write(stream, make_too_many(call.request, wait), method);
      break;
    }
    auto answer = co_await ask(router, std::move(call));
    if (const auto* take = std::get_if<TakeSocket>(&answer)) {
      error_code failed;
      (*take)(Descriptor(stream.release_socket().release(failed)));
      co_return;
    }
    HttpResponse& response = *response_in(answer);
    response.keep_alive(keep_alive);
    if (!co_await write(stream, std::move(response), method)) break;
    if (const auto* watched = std::get_if<WatchedResponse>(&answer)) watched->written();
    if (!keep_alive) break;
  }
  error_code ignored;
  stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

/// Most connections are upgrades whose whole request is there when they are accepted: that is answered on the spot,
/// which costs a fifth of a conversation. True when it was; else the bytes are as they came.
bool upgrade_at_once(Arrival& arrival, std::span<char> bytes, const ShardEntrance& entrance,
                     const TransportSettings& settings) {
  const auto whole = check_head({bytes.data(), bytes.size()});
  if (whole.kind != HttpHead::Kind::whole) return false;
  HttpParser parser;
  set_limits(parser);
  error_code error;
  const std::size_t head = parser.put(asio::buffer(bytes.data(), whole.size), error);
  if (error || !parser.is_header_done() || !asks_for_websocket(parser.get())) return false;
  if (has_unknown_coding(parser) || announces_body(parser)) return false;
  upgrade(std::move(arrival.socket), parser.get(), bytes.subspan(head), arrival.peer.address(), entrance, settings);
  return true;
}

void log_escape(std::exception_ptr failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    log_error("connection_failed", {{"why", error.what()}});
  }
}

}  // namespace

void serve_http(Arrival arrival, ShardEntrance& entrance, const Router& router, const TransportSettings& settings) {
  auto& shared = entrance.shard.read_buffer();
  const auto size = ::recv(arrival.socket.get(), shared.data(), shared.size(), MSG_DONTWAIT);
  const std::span<char> bytes(shared.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  if (upgrade_at_once(arrival, bytes, entrance, settings)) return;
  beast::flat_buffer buffer;
  buffer.commit(asio::buffer_copy(buffer.prepare(bytes.size()), asio::buffer(bytes.data(), bytes.size())));
  error_code failed;
  asio::ip::tcp::socket socket(entrance.shard.context());
  socket.assign(arrival.peer.protocol(), arrival.socket.get(), failed);
  if (failed) return;
  arrival.socket.release();
  asio::co_spawn(entrance.shard.context(),
                 converse(std::move(socket), std::move(buffer), arrival.peer.address(), entrance, router, settings),
                 log_escape);
}

}  // namespace chat
