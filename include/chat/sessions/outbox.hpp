#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "chat/core/limits.hpp"
#include "chat/core/shared_bytes.hpp"

namespace chat {

/// Frames waiting for one client, in order. Holds no memory while empty.
/// Thread: its shard. Units: bytes.
class Outbox {
 public:
  bool empty() const { return !front_.frame; }
  std::size_t bytes() const { return bytes_; }

  /// Whether the client's budget holds the frame. An empty outbox takes any.
  bool has_room_for(const SharedBytes& frame) const { return empty() || bytes_ + frame.size() <= limits::kOutboxBytes; }
  void push(const SharedBytes& frame, bool ephemeral);

  /// Bytes of one frame. Unlike a string_view not zeroed where many are declared.
  struct Slice {
    const char* data;
    std::size_t size;
    operator std::string_view() const { return {data, size}; }
  };
  /// The next bytes to write, one slice a frame; how many slices were filled in.
  std::size_t peek(std::span<Slice> slices) const;
  /// Takes off what has been written.
  void consume(std::size_t written);

  void clear();
  /// Forgets ephemeral frames that have not begun to leave. How many they were.
  std::size_t drop_ephemeral();
  /// Forgets all but a frame that has begun to leave: a client must not see half a frame.
  void drop_unsent();

 private:
  void tidy();

  struct Entry {
    SharedBytes frame;
    bool ephemeral = false;
  };
  Entry front_;              // what leaves next: mostly all there is, and then there is nothing to allocate
  std::vector<Entry> rest_;  // [head_, end) are waiting behind it
  std::uint32_t head_ = 0;
  std::uint32_t written_ = 0;  // bytes of front_ that have left
  std::size_t bytes_ = 0;
};

}  // namespace chat
