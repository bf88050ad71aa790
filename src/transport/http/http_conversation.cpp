// GCC 12 takes the frame of an awaitable for something else than what it allocated it as.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

#include "transport/http/http_conversation.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/core/limits.hpp"
#include "chat/transport/http/origin.hpp"
#include "transport/http/charges.hpp"
#include "transport/http/http_head.hpp"
#include "transport/http/request_head.hpp"
#include "transport/websocket/websocket_upgrade.hpp"

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
constexpr Seconds kLinger{1};  // after a refusal
constexpr std::size_t kLingerBytes = 64 * 1024;

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
    return make_error(request, http::status::request_header_fields_too_large,
                      "more than 32 KiB of headers, or 128 of them");
  }
  if (error == http::error::body_limit) {
    return make_error(request, http::status::payload_too_large, "more than 256 KiB of body");
  }
  if (error == http::error::unexpected_body) {
    return make_error(request, http::status::bad_request, "an upgrade has no body");
  }
  return make_error(request, http::status::bad_request, "this is not HTTP/1.1");
}

/// One connection's requests, one after the other.
class Conversation {
 public:
  Conversation(asio::ip::tcp::socket socket, beast::flat_buffer bytes, Admission::Permit place, const Visit& visit)
      : stream_(std::move(socket)),
        bytes_(std::move(bytes)),
        visit_(visit),
        client_(visit.peer),
        permit_(std::move(place)) {}

  asio::awaitable<void> run() {
    stream_.expires_after(kHeaderTime);
    for (;;) {
      const bool again = co_await serve_one();  // GCC 12 breaks a loop with this as its condition
      if (!again) co_return;
      stream_.expires_after(kKeepAlive);
    }
  }

 private:
  /// True when another request may follow.
  asio::awaitable<bool> serve_one() {
    HttpParser parser;
    set_limits(parser);
    error_code error = co_await read_head(stream_, bytes_);
    origin_ = origin_in_head({static_cast<const char*>(bytes_.data().data()), bytes_.size()});
    const std::size_t arrived = bytes_.size();
    if (!error) std::tie(error, std::ignore) = co_await http::async_read_header(stream_, bytes_, parser, kNoThrow);
    if (error) {
      charge_unreadable(arrived);
      co_return co_await refuse(error, parser.get());
    }
    HttpRequest& request = parser.get();
    know_client(request);
    if (const auto wait = charge_head(request, arrived - bytes_.size()); wait > Milliseconds{0}) {
      co_return co_await refuse(too_many_requests(request, wait), request.method());
    }
    if (const auto fault = judge_head(request, visit_.settings)) {
      co_return co_await refuse(make_error(request, fault->status, fault->why), request.method());
    }
    if (const auto* protocol = websocket_asked_for(request, visit_.router)) {
      if (announces_body(parser)) co_return co_await refuse(http::error::unexpected_body, request);
      hand_over(request, *protocol);
      co_return false;
    }
    if (!take_place(parser)) co_return co_await refuse(too_many_connections(request), request.method());
    if (const auto wait = charge_body(parser); wait > Milliseconds{0}) {
      co_return co_await refuse(too_many_requests(request, wait), request.method());
    }
    error = co_await read_body(parser);
    if (error) co_return co_await refuse(error, request);
    co_return co_await answer(parser.release());
  }

  asio::awaitable<error_code> read_body(HttpParser& parser) {
    error_code error;
    if (announces_body(parser) && bytes_.size() == 0 && expects_continue(parser.get())) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      std::tie(error, std::ignore) =
          co_await asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()), kNoThrow);
    }
    if (!error) std::tie(error, std::ignore) = co_await http::async_read(stream_, bytes_, parser, kNoThrow);
    co_return error;
  }

  asio::awaitable<bool> answer(HttpRequest request) {
    const auto method = request.method();
    bool keep_alive = request.keep_alive() && permit_;
    HttpCall call{std::move(request), {}, client_, &visit_.context, &permit_};
    auto answer = co_await ask(visit_.router, std::move(call));
    if (const auto* take = std::get_if<TakeSocket>(&answer)) {
      (*take)(release_socket());
      co_return false;
    }
    if (keep_alive && !permit_) permit_ = visit_.context.admission.admit(client_);  // what was opened took the other
    keep_alive = keep_alive && permit_;
    HttpResponse& response = *response_in(answer);
    response.keep_alive(keep_alive);
    const bool written = co_await write(stream_, std::move(response), method);
    if (!written) co_return false;
    if (const auto* watched = std::get_if<WatchedResponse>(&answer)) watched->written();
    if (keep_alive) co_return true;
    error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    co_return false;
  }

  /// A request and its head, before it is judged. Probes have a meter of their own: a proxy asks before each WebSocket,
  /// in its client's name.
  Milliseconds charge_head(const HttpRequest& request, std::size_t size) {
    using Kind = RateTable::Kind;
    Shard& shard = visit_.context.shard;
    const Kind kind = is_probe(path_of(target_of(request))) ? Kind::probes : Kind::http_requests;
    const auto wait =
        shard.rates().take(kind, address_key(client_), visit_.settings.http_requests, shard.clock().now());
    return wait == Milliseconds{0} && kind != Kind::probes ? charge_long_head(shard, client_, size) : wait;
  }

  /// What has no head that names a proxy's client: proxies send none.
  void charge_unreadable(std::size_t size) {
    if (!visit_.settings.trusted_proxies.contains(visit_.peer)) charge_input(visit_.context.shard, visit_.peer, size);
  }

  /// Before it is read.
  Milliseconds charge_body(const HttpParser& parser) {
    if (!announces_body(parser)) return Milliseconds{0};
    const auto size =
        std::min<std::uint64_t>(parser.content_length().value_or(limits::kHttpBodyBytes), limits::kHttpBodyBytes);
    return charge_input(visit_.context.shard, client_, size);
  }

  /// The connection counts as its client's, whom a proxy names anew with each request.
  void know_client(const HttpRequest& request) {
    const auto client = client_of(request, visit_.peer, visit_.settings);
    if (client != client_) permit_ = {};
    client_ = client;
  }

  bool take_place(const HttpParser& head) {
    if (!permit_) permit_ = visit_.context.admission.admit(client_);
    return permit_ || needs_no_place(head, bytes_.size(), visit_.settings);
  }

  void hand_over(const HttpRequest& request, const WebSocketProtocol& protocol) {
    permit_ = {};  // the WebSocket takes its own
    const auto initial = bytes_.data();
    upgrade(release_socket(), request, protocol, {static_cast<char*>(initial.data()), initial.size()}, client_,
            visit_.context, visit_.settings);
  }

  Descriptor release_socket() {
    error_code failed;
    return Descriptor(stream_.release_socket().release(failed));
  }

  asio::awaitable<bool> refuse(error_code error, const HttpRequest& request) {
    const bool is_http = error.category() == make_error_code(http::error::end_of_stream).category();
    // Otherwise the socket has failed, or the time is over: there is no one to answer.
    if (!is_http || error == http::error::end_of_stream || error == http::error::partial_message) co_return false;
    co_return co_await refuse(refusal(error, request), request.method());
  }

  /// Answers, so that a page can read why, and closes: where the next request would begin is unknown. What the client
  /// still sends is read for a moment, because a socket that is closed with unread bytes resets the connection and the
  /// answer may be lost.
  asio::awaitable<bool> refuse(HttpResponse response, http::verb method) {
    response.version(11);
    response.keep_alive(false);
    share_with_origin(response, origin_, visit_.settings.allowed_origins);
    const bool written = co_await write(stream_, std::move(response), method);
    const bool may_stay = permit_ || visit_.settings.trusted_proxies.contains(visit_.peer);
    if (!written || !may_stay) co_return false;
    error_code failed;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, failed);
    stream_.expires_after(kLinger);
    for (std::size_t left = kLingerBytes; !failed && left > 0;) {
      bytes_.clear();
      std::size_t size = 0;
      std::tie(failed, size) = co_await stream_.async_read_some(bytes_.prepare(4096), kNoThrow);
      left -= std::min(left, size);
    }
    co_return false;
  }

  beast::tcp_stream stream_;
  beast::flat_buffer bytes_;  // read, and not yet used
  Visit visit_;
  asio::ip::address client_;
  Admission::Permit permit_;
  std::string origin_;  // of the page that makes the request
};

asio::awaitable<void> run(std::unique_ptr<Conversation> conversation) { co_await conversation->run(); }

void log_escape(std::exception_ptr failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    log_error("connection_failed", {{"why", error.what()}});
  }
}

}  // namespace

void serve_connection(asio::ip::tcp::socket socket, beast::flat_buffer bytes, Admission::Permit place,
                      const Visit& visit) {
  // GCC 12 wants names for what a coroutine is called with.
  auto& executor = visit.context.shard.context();
  auto conversation = std::make_unique<Conversation>(std::move(socket), std::move(bytes), std::move(place), visit);
  asio::co_spawn(executor, run(std::move(conversation)), log_escape);
}

}  // namespace chat
