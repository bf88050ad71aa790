#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chat::load {

/// Where to connect: a resolved ws:// URL.
struct Endpoint {
  std::string host;  // as the Host header says it
  std::string path;  // may be empty
  sockaddr_storage address{};
  socklen_t address_size = 0;
  bool is_loopback_v4 = false;
};

/// One WebSocket on a non-blocking socket, read by whoever waits on the epoll descriptor it registers with.
///
/// Reading: receive(), then next_text() until it returns false. All connections of the thread read into one large
/// buffer; a connection keeps only what is left of an unfinished frame.
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

  /// The socket can be written: connects, upgrades, or goes on writing.
  void on_writable();
  /// Reads what is there. False if nothing came.
  bool receive(ReadBuffer& buffer);
  /// The next whole text message of what was received; valid until the next receive().
  bool next_text(std::string_view& text);

  /// Queues a text message; flush() writes what is queued.
  void queue_text(std::string_view text);
  void flush();

  /// Gives back what only the handshake needed.
  void release_memory();

  /// Says goodbye and closes.
  void leave(std::string reason);

  State state() const { return state_; }
  /// Once closed: why, as a phrase such as "close code 4008 slow".
  const std::string& reason() const { return reason_; }
  /// Once closed: the code of the close frame; 1006 if there was none, 1002 if the server broke the protocol.
  int close_code() const { return close_code_; }
  /// Once closed: how long the server asked to stay away.
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
  std::string_view received_;  // in the shared buffer, not looked at yet
  std::string unfinished_;     // start of a frame, kept between two receive()s
  std::string fragments_;      // start of a fragmented message
  std::string outgoing_;
  std::string reason_;
};

/// Resolves a URL such as ws://127.0.0.1:8080/ws. Throws std::runtime_error with a sentence naming the URL.
Endpoint resolve(const std::string& url);

}  // namespace chat::load
