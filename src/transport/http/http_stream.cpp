// GCC 12 wrongly reports that the frame of an awaitable is freed in another way than it was allocated.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

#include "transport/http/http_stream.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <tuple>
#include <utility>

#include "transport/http/request_head.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr Seconds kWriteTime{30};
constexpr Seconds kLinger{1};
constexpr std::size_t kLingerBytes = 64 * 1024;
constexpr std::size_t kReadBytes = 4096;

}  // namespace

std::span<char> HttpStream::unread() { return {static_cast<char*>(unread_.data().data()), unread_.size()}; }

HttpStream::Awaitable<HttpStream::Error> HttpStream::read_head() {
  for (;;) {
    switch (check_head({unread().data(), unread().size()}).kind) {
      case HttpHead::Kind::whole:
        co_return Error{};
      case HttpHead::Kind::ambiguous:
        co_return http::error::bad_line_ending;
      case HttpHead::Kind::too_long:
        co_return http::error::header_limit;
      case HttpHead::Kind::unfinished:
        break;
    }
    const auto [failed, size] = co_await stream_.async_read_some(unread_.prepare(kReadBytes), kNoThrow);
    if (failed) co_return failed;
    unread_.commit(size);
  }
}

HttpStream::Error HttpStream::parse_head(HttpParser& parser) {
  parser.eager(false);
  return put_unread(parser);
}

/// The parser takes what it can use of the bytes that are here. Returns http::error::need_more if it needs others.
HttpStream::Error HttpStream::put_unread(HttpParser& parser) {
  Error failed;
  unread_.consume(parser.put(unread_.data(), failed));
  return failed;
}

HttpStream::Awaitable<HttpStream::Error> HttpStream::read_body(HttpParser& parser) {
  Error failed;
  if (announces_body(parser) && unread_.size() == 0 && expects_continue(parser.get())) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    std::tie(failed, std::ignore) =
        co_await asio::async_write(stream_, asio::buffer(kContinue.data(), kContinue.size()), kNoThrow);
  }
  parser.eager(true);
  while (!failed && !parser.is_done() && unread_.size() > 0) failed = put_unread(parser);
  const bool unfinished = failed == http::error::need_more || (!failed && !parser.is_done());
  if (unfinished) std::tie(failed, std::ignore) = co_await http::async_read(stream_, unread_, parser, kNoThrow);
  co_return failed;
}

HttpStream::Awaitable<bool> HttpStream::write(HttpResponse response, http::verb method) {
  // A response without content has no length either (RFC 9110 §8.6).
  const bool has_content =
      response.result() != http::status::not_modified && response.result() != http::status::no_content;
  if (has_content) response.prepare_payload();
  if (method == http::verb::head) response.body().clear();
  const bool head_only = method == http::verb::head;
  http::response_serializer<http::string_body> serializer(response);
  Error failed;
  head_only ? http::write_header(stream_.socket(), serializer, failed)
            : http::write(stream_.socket(), serializer, failed);
  if (failed == boost::asio::error::would_block) {  // the client reads slowly
    stream_.expires_after(kWriteTime);
    if (head_only) {
      std::tie(failed, std::ignore) = co_await http::async_write_header(stream_, serializer, kNoThrow);
    } else {
      std::tie(failed, std::ignore) = co_await http::async_write(stream_, serializer, kNoThrow);
    }
  }
  co_return !failed;
}

HttpStream::Error HttpStream::end_output() {
  Error failed;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, failed);
  return failed;
}

HttpStream::Awaitable<void> HttpStream::linger() {
  Error failed = end_output();
  stream_.expires_after(kLinger);
  for (std::size_t left = kLingerBytes; !failed && left > 0;) {
    unread_.clear();
    std::size_t size = 0;
    std::tie(failed, size) = co_await stream_.async_read_some(unread_.prepare(kReadBytes), kNoThrow);
    left -= std::min(left, size);
  }
}

Descriptor HttpStream::release_socket() {
  Error failed;
  return Descriptor(stream_.release_socket().release(failed));
}

}  // namespace chat
