#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "chat/core/shared_bytes.hpp"
#include "protocols/signalr/limits.hpp"

namespace chat {

/// What lets a client go on over another socket as if nothing had happened (HubProtocol.md, stateful reconnect):
/// messages are numbered 1, 2, 3 … in each direction, and what the client has not acknowledged is kept. Pure state;
/// thread: its session's.
class Resumption {
 public:
  // ---- to the client

  void keep(SharedBytes frame, std::size_t messages);
  /// The client has all up to `last`.
  void acknowledge(std::uint64_t last);
  /// All that is not acknowledged is still here: more than limits::kResumableBytes is not kept.
  bool is_whole() const { return first_kept() <= acknowledged_ + 1; }
  /// The number of the first message in frames().
  std::uint64_t first_kept() const { return kept_.empty() ? sent_ + 1 : kept_.front().first; }
  struct Kept {
    SharedBytes frame;
    std::uint64_t first;
    std::uint64_t last;
  };
  const std::deque<Kept>& frames() const { return kept_; }

  // ---- from the client

  /// Counts a message; false: it has been here before.
  bool take();
  /// The client says again what it has from `next` on. False: something in between would be missing.
  bool restart(std::uint64_t next);
  std::uint64_t received() const { return received_; }

 private:
  void drop_front();

  std::deque<Kept> kept_;
  std::size_t bytes_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t next_ = 1;  // the number of the client's next message
};

}  // namespace chat
