#pragma once

#include <string_view>
#include <vector>

#include "chat/backplane/backplane.hpp"

namespace chat {

/// Which shards of the store answer. Pure state; thread: the loop of the rooms. Owner: RoomService.
class StoreShards {
 public:
  explicit StoreShards(const Backplane& backplane) : backplane_(backplane), states_(backplane.store_shard_count()) {}

  /// Returns whether this is the first news of the shard.
  bool set(StoreShard shard, bool is_available) {
    State& state = states_[shard];
    const bool is_first = state == State::unknown;
    state = is_available ? State::available : State::away;
    return is_first;
  }
  bool is_only() const { return states_.size() == 1; }
  StoreShard shard_of(std::string_view room) const { return is_only() ? 0 : backplane_.store_shard(room); }
  bool is_available(std::string_view room) const { return states_[shard_of(room)] == State::available; }
  /// Whether any shard answers: the rooms of the others are away.
  bool is_any_available() const {
    for (const State state : states_) {
      if (state == State::available) return true;
    }
    return false;
  }

 private:
  enum class State : std::uint8_t { unknown, available, away };

  const Backplane& backplane_;
  std::vector<State> states_;
};

}  // namespace chat
