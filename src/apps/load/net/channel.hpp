#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chat::load {

/// One end of the socket pair between the conductor and a worker. It carries letters in order: a kind and some bytes.
class Channel {
 public:
  struct Letter {
    char kind = 0;
    std::string bytes;
  };

  /// Makes both ends. Throws std::system_error.
  static std::pair<Channel, Channel> make();

  Channel(Channel&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel();

  /// Throws std::system_error if the other end is gone.
  void send(char kind, std::string_view bytes = {}) const;
  /// Waits for a whole letter. Returns nothing if the other end is gone.
  std::optional<Letter> receive() const;
  /// True if a letter or the end of the channel can be received.
  bool is_readable() const;
  int descriptor() const { return fd_; }

 private:
  explicit Channel(int fd) : fd_(fd) {}
  bool read_all(void* to, std::size_t size) const;

  int fd_;
};

}  // namespace chat::load
