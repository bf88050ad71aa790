#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "chat/hooks/breaker.hpp"

namespace chat {

/// The breakers of a hook: one for everybody, and one for each caller whose calls fail. A caller whose requests the
/// application cannot serve opens its own: that for everybody needs failures in a row of as many callers. A caller is
/// an address or a user, as a number; 0: nobody in particular, each call counts.
/// Pure state. Thread: one. Owner: HookCaller, one for each hook. Bound: kMaxCallers; above it one of them is
/// forgotten.
class Breakers {
 public:
  static constexpr std::size_t kMaxCallers = 1024;

  explicit Breakers(BreakerSettings settings) : settings_(settings), everybody_(settings) {}

  /// Whether every call fails now.
  bool is_open(Instant now) const { return everybody_.is_open(now); }
  /// Whether every call of this caller fails now.
  bool is_open(Instant now, std::uint64_t caller) const;
  /// Whether a call may be made now. After `true`, report its outcome with succeed() or fail().
  bool admit(Instant now, std::uint64_t caller);
  void succeed(std::uint64_t caller);
  /// `is_news`: see Breaker.
  void fail(Instant now, std::uint64_t caller, bool is_news = true);

 private:
  Breaker& breaker_of(std::uint64_t caller);

  BreakerSettings settings_;
  Breaker everybody_;
  std::unordered_map<std::uint64_t, Breaker> callers_;
  std::unordered_set<std::uint64_t> failed_;  // since the last success
};

}  // namespace chat
