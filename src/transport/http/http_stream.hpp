#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/system/error_code.hpp>
#include <span>
#include <string_view>

#include "chat/base/clock.hpp"
#include "chat/transport/http/http.hpp"
#include "chat/transport/io/descriptor.hpp"
#include "transport/http/http_head.hpp"

namespace chat {

/// The socket of an HTTP/1.1 conversation and the bytes that were read from it and not used yet: reads requests and
/// writes responses. Thread: the shard. Owner: the conversation.
class HttpStream {
 public:
  using Error = boost::system::error_code;
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  /// `unread` has been read from the socket already.
  HttpStream(boost::asio::ip::tcp::socket socket, boost::beast::flat_buffer unread)
      : stream_(std::move(socket)), unread_(std::move(unread)) {
    stream_.socket().non_blocking(true);
  }

  /// Reads from now on fail when this time is over.
  void expect_within(Seconds time) { stream_.expires_after(time); }
  std::span<char> unread();

  /// Reads until a whole head is unread. Errors: that of the socket; http::error::bad_line_ending for an ambiguous
  /// head, header_limit for one that is too long. Both are found before the head is parsed.
  Awaitable<Error> read_head();
  /// Parses the head that is unread.
  Error parse_head(HttpParser& parser);
  /// Reads and parses the body; sends "100 Continue" first, if the client waits for it.
  Awaitable<Error> read_body(HttpParser& parser);

  /// Writes the response to a request with this method. Returns false if the socket has failed.
  Awaitable<bool> write(HttpResponse response, boost::beast::http::verb method);
  /// Tells the client that nothing more follows.
  Error end_output();
  /// Ends the output and reads the client's remaining bytes for a moment. A socket that is closed with unread bytes
  /// resets the connection, and the client may lose the response.
  Awaitable<void> linger();

  /// The socket, for another reader.
  Descriptor release_socket();

 private:
  Error put_unread(HttpParser& parser);

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer unread_;
};

}  // namespace chat
