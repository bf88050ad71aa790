#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "chat/base/assert.hpp"
#include "chat/codec/format.hpp"
#include "chat/rooms/session_ref.hpp"

namespace chat {

/// The sessions of this node that are in one room, counted by shard and by format. A session counts from its join
/// request on. Pure state; thread: the loop of the rooms.
class Audience {
 public:
  explicit Audience(std::size_t shards) : on_shard_(shards) {}

  void add(const SessionRef& session) {
    ++on_shard_[session.shard];
    ++in_format_[std::size_t(session.format)];
  }
  void remove(const SessionRef& session) {
    CHAT_ASSERT(on_shard_[session.shard] > 0);
    --on_shard_[session.shard];
    --in_format_[std::size_t(session.format)];
  }
  bool is_on_shard(std::size_t shard) const { return on_shard_[shard] > 0; }
  std::size_t shard_count() const {
    return static_cast<std::size_t>(std::count_if(on_shard_.begin(), on_shard_.end(), [](auto n) { return n > 0; }));
  }
  std::uint32_t count() const { return std::accumulate(on_shard_.begin(), on_shard_.end(), std::uint32_t{0}); }

  /// Calls `encode` for each format that a session here reads.
  template <class Encode>
  Frames in_each_format(Encode encode) const {
    Frames frames;
    const std::size_t count = format_count();
    for (std::size_t i = 0; i < count; ++i) {
      if (in_format_[i] == 0) continue;
      if (auto frame = encode(Format(i))) frames.add(Format(i), std::move(frame));
    }
    return frames;
  }

 private:
  std::vector<std::uint32_t> on_shard_;
  std::array<std::uint32_t, kFormats> in_format_{};
};

}  // namespace chat
