#pragma once

#include <bitset>
#include <boost/flyweight.hpp>
#include <cstdint>
#include <optional>
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
/// Follows people through 63 nodes at a time. Pure state; thread: the hub's loop.
class Roster {
 public:
  /// Longer than it takes to come back (1 s, mostly) and to notice that the store is silent (2.5 s): a store that stops
  /// just when somebody moves does not make them leave.
  static constexpr Milliseconds kGrace{5000};

  /// Starts from the stored rows; who is not in them has left.
  void load(const std::vector<PresenceRow>& rows, Instant now);
  /// Takes in who stands there; whoever does not may be there all the same.
  void add(const std::vector<PresenceRow>& rows);
  void apply(const PresenceChange& change, Instant now);
  /// Nobody could tell for a while who has come back elsewhere: who is absent has the grace anew.
  void extend_grace(Instant now);
  /// A node has died.
  void drop_instance(std::string_view instance);
  std::vector<NodeInstance> instances() const { return {instances_.begin(), instances_.end()}; }

  std::size_t count() const { return people_.size(); }
  bool contains(std::string_view user_id) const { return people_.contains(user_id); }
  std::uint64_t version() const { return version_; }
  std::vector<Member> members(std::size_t most) const;

  /// What is news since the last call, without the room's name; nothing if nothing is. Whose grace is over at `now` has
  /// left; nobody has at Instant::min().
  std::optional<PresenceChanged> take_changes(Instant now);
  /// There is news of somebody who came.
  bool has_arrivals() const { return !changed_.empty(); }
  /// Somebody may have left: ask again.
  bool is_waiting() const { return !absent_.empty(); }

 private:
  static constexpr std::size_t kMostInstances = 63;
  /// There is one for each person of each room on each node, so it is small.
  class Person {
   public:
    std::string name;

    bool is_through(std::size_t instance) const { return marks_.test(instance); }
    bool is_here() const { return (marks_ & all_instances()).any(); }
    void enter(std::size_t instance) { marks_.set(instance); }
    void leave(std::size_t instance) { marks_.reset(instance); }
    void leave_all() { marks_ &= ~all_instances(); }
    /// Others know of this person.
    bool is_told() const { return marks_.test(kTold); }
    void tell() { marks_.set(kTold); }

   private:
    static constexpr std::size_t kTold = kMostInstances;
    using Marks = std::bitset<kMostInstances + 1>;
    static Marks all_instances() { return ~Marks().set(kTold); }
    Marks marks_;  // a bit for each instance, and one more
  };

  /// Through no node any more; may come back.
  struct Absent {
    std::string id;
    Instant since;
  };

  std::optional<std::size_t> index_of(std::string_view instance);
  void add(std::size_t instance, const User& user);
  void remove(std::size_t instance, const std::string& user_id, Instant since);
  Member member(const std::string& id, const Person& person) const;

  TextMap<Person> people_;
  /// Each room names the same few: their texts stand in memory once.
  using SharedInstance = boost::flyweight<NodeInstance>;
  std::vector<SharedInstance> instances_;  // empty text: free place
  std::vector<std::string> changed_;       // user ids, perhaps more than once: came, or took another name
  std::vector<Absent> absent_;
  std::uint64_t version_ = 0;
};

}  // namespace chat
