#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "chat/base/hash.hpp"

namespace chat {

/// Senders of numbered messages that this node has had stored lately, by room: the others are new to a room's table of
/// senders, which has a price. Two generations of bounded size; whoever is forgotten pays once more. Thread: the hub's
/// loop.
class KnownSenders {
 public:
  static constexpr std::size_t kMost = 32 * 1024;  // in a generation

  using Key = std::uint64_t;
  static Key key(std::string_view room, std::string_view sender) {
    return keyed_hash(room) * 0x9e3779b97f4a7c15U ^ keyed_hash(sender);
  }
  bool contains(Key key) const { return now_.contains(key) || before_.contains(key); }
  void add(Key key) {
    if (now_.size() >= kMost) before_ = std::exchange(now_, {});
    now_.insert(key);
  }

 private:
  std::unordered_set<Key> now_, before_;
};

}  // namespace chat
