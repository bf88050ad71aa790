// GCC 12 wrongly reports that the frame of an awaitable is freed in another way than it was allocated.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

#include "transport/http/http_conversation.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/core/limits.hpp"
#include "chat/transport/http/origin.hpp"
#include "transport/http/charges.hpp"
#include "transport/http/http_head.hpp"
#include "transport/http/http_stream.hpp"
#include "transport/http/request_head.hpp"
#include "transport/websocket/websocket_upgrade.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr Seconds kHeaderTime{5};  // for a whole request, counted from its first moment
constexpr Seconds kKeepAlive{15};  // between requests
constexpr std::uint64_t kAnySize = std::numeric_limits<std::uint64_t>::max();  // of a body in chunks

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
      : stream_(std::move(socket), std::move(bytes)), visit_(visit), client_(visit.peer), permit_(std::move(place)) {}

  asio::awaitable<void> run() {
    stream_.expect_within(kHeaderTime);
    for (;;) {
      const bool again = co_await serve_one();  // GCC 12 breaks a loop with this as its condition
      if (!again) co_return;
      stream_.expect_within(kKeepAlive);
    }
  }

 private:
  /// True when another request may follow.
  asio::awaitable<bool> serve_one() {
    HttpParser parser;
    set_limits(parser);
    error_code error = co_await stream_.read_head();
    const std::size_t arrived = stream_.unread().size();
    origin_ = origin_in_head({stream_.unread().data(), arrived});
    if (!error) error = stream_.parse_head(parser);
    if (error) {
      charge_unreadable(arrived);
      co_return co_await refuse(error, parser.get());
    }
    HttpRequest& request = parser.get();
    know_client(request);
    if (const auto wait = charge_head(request, arrived - stream_.unread().size()); wait > Milliseconds{0}) {
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
    const bool is_late = announces_body(parser) && stream_.unread().size() < parser.content_length().value_or(kAnySize);
    if (is_late) visit_.router.tell_of_late_body(request, visit_.context);
    error = co_await stream_.read_body(parser);
    if (error) co_return co_await refuse(error, request);
    co_return co_await answer(parser.release(), is_late);
  }

  asio::awaitable<bool> answer(HttpRequest request, bool body_came_later) {
    const auto method = request.method();
    bool keep_alive = request.keep_alive() && permit_;
    // A proxy opens its client's connection when it has read the answer to its probe: that must find the place free.
    if (!keep_alive && is_probe(path_of(target_of(request)))) permit_ = {};
    HttpCall call{std::move(request), {}, client_, &visit_.context, &permit_, body_came_later};
    auto answer = co_await ask(visit_.router, std::move(call));
    if (const auto* take = std::get_if<TakeSocket>(&answer)) {
      (*take)(stream_.release_socket());
      co_return false;
    }
    if (keep_alive && !permit_)
      permit_ = visit_.context.admission.admit(client_);  // the opened connection took the other
    keep_alive = keep_alive && permit_;
    HttpResponse& response = *response_in(answer);
    response.keep_alive(keep_alive);
    const bool written = co_await stream_.write(std::move(response), method);
    if (!written) co_return false;
    if (const auto* watched = std::get_if<WatchedResponse>(&answer)) watched->written();
    if (keep_alive) co_return true;
    stream_.end_output();
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

  /// Charges the peer for bytes that are no head. A trusted proxy sends none.
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

  /// The connection counts as its client's. A proxy names the client anew with each request.
  void know_client(const HttpRequest& request) {
    const auto client = client_of(request, visit_.peer, visit_.settings);
    if (client != client_) permit_ = {};
    client_ = client;
  }

  bool take_place(const HttpParser& head) {
    if (!permit_) permit_ = visit_.context.admission.admit(client_);
    return permit_ || needs_no_place(head, stream_.unread().size(), visit_.settings);
  }

  void hand_over(const HttpRequest& request, const WebSocketProtocol& protocol) {
    permit_ = {};  // the WebSocket takes its own
    upgrade(stream_.release_socket(), request, protocol, stream_.unread(), client_, visit_.context, visit_.settings);
  }

  asio::awaitable<bool> refuse(error_code error, const HttpRequest& request) {
    const bool is_http = error.category() == make_error_code(http::error::end_of_stream).category();
    // Otherwise the socket has failed, or the time is over: no client reads an answer.
    if (!is_http || error == http::error::end_of_stream || error == http::error::partial_message) co_return false;
    co_return co_await refuse(refusal(error, request), request.method());
  }

  /// Answers, so that a page can read the reason, and closes: the node cannot tell where the next request would begin.
  asio::awaitable<bool> refuse(HttpResponse response, http::verb method) {
    response.version(11);
    response.keep_alive(false);
    share_with_origin(response, origin_, visit_.settings.allowed_origins);
    const bool written = co_await stream_.write(std::move(response), method);
    const bool may_stay = permit_ || visit_.settings.trusted_proxies.contains(visit_.peer);
    if (written && may_stay) co_await stream_.linger();
    co_return false;
  }

  HttpStream stream_;
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
