#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "chat/backplane/cluster_events.hpp"
#include "chat/base/clock.hpp"
#include "server/hook_interest.hpp"

namespace chat {

/// The sessions and rooms that a node has: by kind and name, the user.
using Held = std::map<std::pair<Holding::Kind, std::string>, std::string>;

/// The changes that are not known to be stored, oldest first. The first of them belong to a call that is under way or
/// to be repeated: the same changes under the same number. Bound: kMaxWaiting. Thread: the loop of the rooms. Owner:
/// NodeHoldings.
class HoldingQueue {
 public:
  static constexpr std::size_t kMaxWaiting = 100'000;
  static constexpr std::size_t kMaxChanges = 256;  // in one call

  HoldingQueue(const NodeInstance& instance, const Clock& clock, const HookInterest& wants)
      : instance_(instance), clock_(clock), wants_(wants) {}

  /// False: there are too many.
  bool add(HoldingChange change);
  /// Of what the store missed, before the others; not while a call is to be repeated.
  void add_first(HoldingChange change) { waiting_.push_front(std::move(change)); }
  bool is_empty() const { return waiting_.empty(); }
  bool is_unanswered() const { return in_call_ > 0; }

  /// The unanswered call, or else the next one.
  HoldingChanges call();
  /// A call without changes, when all are stored.
  HoldingChanges renewal();
  /// All behind the unanswered call, as calls.
  std::vector<HoldingChanges> rest();
  /// The call has been answered.
  void on_stored();
  Instant stored_at() const { return stored_at_; }

  /// The holdings that the store should have, if this node has `here`.
  Held known_to_store(Held here) const;

 private:
  HoldingChanges changes(std::size_t from, std::size_t count) const;

  const NodeInstance& instance_;
  const Clock& clock_;
  const HookInterest& wants_;
  std::deque<HoldingChange> waiting_;
  std::size_t in_call_ = 0;
  std::uint64_t number_ = 0;  // of the last call
  Instant stored_at_{};
};

}  // namespace chat
