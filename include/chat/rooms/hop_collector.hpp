#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/core/message.hpp"
#include "chat/rooms/trace_sink.hpp"

namespace chat {

/// The messages that a shard has written to its sockets: of one room, first to last.
struct WrittenBatch {
  std::string room;
  Offset first = 0;
  Offset last = 0;
  std::size_t sockets = 0;
  std::size_t laggards = 0;
  UnixUs at = 0;
};

/// Gathers the hops of traced messages on their way through this node, from the publication to the last socket. A pure
/// state machine. Thread: the loop of the rooms. Owner: RoomService.
/// Bound: kMax messages; further ones are not followed, and counted.
class HopCollector {
 public:
  static constexpr std::size_t kMax = 1024;
  static constexpr UnixUs kPatience = 5'000'000;

  /// `done` takes each message once, when all shards have written it.
  explicit HopCollector(std::function<void(const Delivery&)> done) : done_(std::move(done)) {}

  /// A publication has come.
  void heard(std::string_view room, Offset first, std::span<const std::string_view> bodies, UnixUs now);
  /// These messages are handed to `shards` shards.
  void framed(const std::string& room, std::string_view epoch, const std::vector<Message>& messages, std::size_t shards,
              UnixUs now);
  void written(const WrittenBatch& batch);
  /// Ends the wait for a gap or a shard that takes longer than kPatience. A message that was not framed by then is
  /// dropped.
  void expire(UnixUs now);

  std::size_t pending() const { return pending_.size(); }

 private:
  struct Pending {
    Delivery delivery;
    UnixUs since = 0;
    std::size_t shards = 0;  // that have not told yet; of a framed message
    bool is_framed = false;
  };
  using Key = std::pair<std::string, Offset>;

  Pending* follow(std::string_view room, Offset offset, std::string_view body, UnixUs now);

  std::map<Key, Pending> pending_;
  std::function<void(const Delivery&)> done_;
};

}  // namespace chat
