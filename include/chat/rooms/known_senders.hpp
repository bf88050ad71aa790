#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "chat/base/hash.hpp"

namespace chat {

/// Senders of which this node has stored a numbered message, by room. Another sender may be new to the room's table of
/// senders, which has a price; a forgotten sender pays it again. Pure state; thread: the loop of the rooms. Owner:
/// Metering. Bound: two generations of kMax.
class KnownSenders {
 public:
  static constexpr std::size_t kMax = 32 * 1024;  // in a generation

  using Key = std::uint64_t;
  static Key key(std::string_view room, std::string_view sender) {
    return keyed_hash(room) * 0x9e3779b97f4a7c15U ^ keyed_hash(sender);
  }
  bool contains(Key key) const { return now_.contains(key) || before_.contains(key); }
  void add(Key key) {
    if (now_.size() >= kMax) before_ = std::exchange(now_, {});
    now_.insert(key);
  }

 private:
  std::unordered_set<Key> now_, before_;
};

}  // namespace chat
