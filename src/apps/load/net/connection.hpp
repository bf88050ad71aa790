#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chat::load {

/// A resolved ws:// URL.
struct Endpoint {
  std::string host;  // for the Host header
  std::string path;  // may be empty
  sockaddr_storage address{};
  socklen_t address_size = 0;
  bool is_loopback_v4 = false;
};

/// One WebSocket on a non-blocking socket. It registers with the epoll descriptor of its thread.
///
/// Reading: receive(), then next_text() until it returns false. All connections of the thread read into one large
/// buffer; a connection keeps only the bytes of an unfinished frame.
class Connection {
 public:
  enum class State : std::uint8_t { unopened, connecting, upgrading, open, closed };
  using ReadBuffer = std::vector<char>;
  static constexpr int kCut = 1006;
  static constexpr int kBroken = 1002;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Starts to connect, for the first time or again, from `source` if that is not null. Events of the socket carry
  /// `tag`.
  void open(const Endpoint& to, std::string_view path, std::string_view subprotocol, const sockaddr_storage* source,
            int epoll, std::uint32_t tag);

  /// The socket is writable: completes the connect, then writes the queued bytes.
  void on_writable();
  /// Reads the bytes that have arrived. False if there are none.
  bool receive(ReadBuffer& buffer);
  /// The next whole text message of the received bytes; valid until the next receive().
  bool next_text(std::string_view& text);

  /// Queues a text message; flush() writes all queued messages.
  void queue_text(std::string_view text);
  void flush();

  /// Frees the buffers that only the handshake needed.
  void free_memory();

  /// Sends a close frame and closes.
  void leave(std::string reason);

  State state() const { return state_; }
  /// Once closed: the reason, a phrase such as "close code 4008 slow".
  const std::string& reason() const { return reason_; }
  /// Once closed: the code of the close frame; 1006 if there was none, 1002 if the server broke the protocol.
  int close_code() const { return close_code_; }
  /// Once closed: the time that the server's Retry-After asks for.
  std::int64_t retry_after_ms() const { return retry_after_ms_; }

 private:
  void close(std::string reason, int code = kCut);
  void finish_upgrade();
  void on_close_frame(std::string_view payload);
  void wait_for(std::uint32_t events);

  std::string_view subprotocol_;
  std::int64_t retry_after_ms_ = 0;
  int close_code_ = 0;
  int fd_ = -1;
  int epoll_ = -1;
  std::uint32_t tag_ = 0;
  std::uint32_t waiting_for_ = 0;
  State state_ = State::unopened;
  std::string_view received_;  // in the shared buffer, not read yet
  std::string unfinished_;     // start of a frame, between two receive()s
  std::string fragments_;      // start of a fragmented message
  std::string outgoing_;
  std::string reason_;
};

/// Resolves a URL such as ws://127.0.0.1:8080/ws. Throws std::runtime_error with a sentence that names the URL.
Endpoint resolve(const std::string& url);

}  // namespace chat::load
