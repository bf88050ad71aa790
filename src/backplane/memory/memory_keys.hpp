#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chat/base/clock.hpp"
#include "chat/base/hash.hpp"
#include "chat/core/position.hpp"

namespace chat {

/// The idempotency keys of a room and a budget, and the offset that each was given: those of today and of yesterday
/// (UTC), as lua/append.lua keeps them. Pure state. Owner: MemoryBus. Bound: Append::kMaxKeysADay a day.
class MemoryKeys {
 public:
  /// Drops the keys of earlier days. Before the two below, with the same time.
  void turn(UnixMs now);
  std::optional<Offset> find(std::string_view key) const;
  bool is_full() const;
  /// The keys of today become those of yesterday, if that was not so in the last kAge.
  bool turn_early(UnixMs now);
  void add(std::string key, Offset offset);

 private:
  static constexpr Seconds kAge{600};  // see lua/append.lua
  std::int64_t day_ = 0;
  UnixMs turned_ = 0;
  TextMap<Offset> today_, yesterday_;
};

}  // namespace chat
