#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/presence_store.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/hash.hpp"
#include "chat/core/event.hpp"

namespace chat {

/// Who is in one room, over all nodes: several tabs and several nodes of one person count once. Collects what changed
/// until it is asked for it. Who leaves counts as here for a moment more: a reload, or a move from a node that stops to
/// another, is no news. Only who was there through a node that died has left at once, since that was long enough.
/// Pure state; thread: the hub's loop.
class Roster {
 public:
  static constexpr Milliseconds kGrace{3000};

  /// Starts from the stored rows; who is not in them has left.
  void load(const std::vector<PresenceRow>& rows, Instant now);
  void apply(const PresenceChange& change, Instant now);
  /// A node has died.
  void drop_instance(std::string_view instance);
  const std::vector<NodeInstance>& instances() const { return instances_; }

  std::size_t count() const { return people_.size(); }
  bool contains(std::string_view user_id) const { return people_.contains(user_id); }
  std::uint64_t version() const { return version_; }
  std::vector<Member> members(std::size_t most) const;

  /// What is news since the last call, without the room's name; nothing if nothing is.
  std::optional<PresenceChanged> take_changes(Instant now);
  /// Somebody may have left: ask again.
  bool is_waiting() const { return !absent_.empty(); }

 private:
  static constexpr std::size_t kMostInstances = 128;
  using Instances = std::bitset<kMostInstances>;
  struct Person {
    std::string name;
    Instances through;
    Instant absent_since{};  // while through none
    bool told = false;       // others know
  };

  std::optional<std::size_t> index_of(std::string_view instance);
  void add(std::size_t instance, const User& user);
  void remove(std::size_t instance, const std::string& user_id, Instant since);
  Member member(const std::string& id, const Person& person) const;

  TextMap<Person> people_;
  std::vector<NodeInstance> instances_;  // empty text: free place
  std::set<std::string> changed_;        // user ids: came, or took another name
  std::vector<std::string> absent_;      // user ids: left, and may come back
  std::uint64_t version_ = 0;
};

}  // namespace chat
