#pragma once

#include <bitset>
#include <boost/flyweight.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/presence_store.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/hash.hpp"
#include "chat/core/event.hpp"

namespace chat {

/// The users in one room over all nodes: several tabs and several nodes of one user count once. It collects changes
/// until take_changes(). A user that leaves counts as present during a grace period, so that a reload, or a move from a
/// stopping node to another, is no change. A user of a dead node leaves when the node's lease ends (6 s), without a
/// grace. Pure state; thread: the loop of the rooms. Bound: users through 63 nodes at a time.
class Roster {
 public:
  /// Longer than a client takes to come back (3 s), its new node to notice that the store is silent (2.5 s) and to
  /// publish the user again (1 s): if the store falls silent while a user moves, the user does not leave.
  static constexpr Milliseconds kGrace{7000};

  /// Starts from the stored rows; a user that is missing in them has left.
  void load(const std::vector<PresenceRow>& rows, Instant now);
  /// Adds the users of the rows; a user that is missing in them stays.
  void add(const std::vector<PresenceRow>& rows);
  void apply(const PresenceChange& change, Instant now);
  /// The store was away, so users may have come back unseen: the grace period of absent users begins again.
  void extend_grace(Instant now);
  /// A node has died.
  void drop_instance(std::string_view instance);
  std::vector<NodeInstance> instances() const { return {instances_.begin(), instances_.end()}; }

  std::size_t count() const { return people_.size(); }
  bool contains(std::string_view user_id) const { return people_.contains(user_id); }
  std::uint64_t version() const { return version_; }
  std::vector<Member> members(std::size_t max) const;

  /// The changes since the last call, without the room's name; none if there are none. Users whose grace period ended
  /// before `now` have left; no user has at Instant::min().
  std::optional<PresenceChanged> take_changes(Instant now);
  /// A user has entered, or has another name, since the last take_changes().
  bool has_arrivals() const { return !changed_.empty(); }
  /// A user is in its grace period: call take_changes() again.
  bool is_waiting() const { return !absent_.empty(); }

 private:
  static constexpr std::size_t kMaxInstances = 63;
  /// There is one for each user of each room on each node, so it is small.
  class Person {
   public:
    std::string name;
    std::unique_ptr<std::string> info;  // null: none

    /// Returns false if the person had this name and info before.
    bool take(const User& user);
    bool is_through(std::size_t instance) const { return marks_.test(instance); }
    bool is_here() const { return (marks_ & all_instances()).any(); }
    void enter(std::size_t instance) { marks_.set(instance); }
    void leave(std::size_t instance) { marks_.reset(instance); }
    void leave_all() { marks_ &= ~all_instances(); }
    /// The members have been told of this user.
    bool is_told() const { return marks_.test(kTold); }
    void tell() { marks_.set(kTold); }

   private:
    static constexpr std::size_t kTold = kMaxInstances;
    using Marks = std::bitset<kMaxInstances + 1>;
    static Marks all_instances() { return ~Marks().set(kTold); }
    Marks marks_;  // a bit for each instance, and one more
  };

  /// A user through no node any more, in its grace period.
  struct Absent {
    std::string id;
    Instant since;
  };

  std::optional<std::size_t> index_of(std::string_view instance);
  void add(std::size_t instance, const User& user);
  void remove(std::size_t instance, const std::string& user_id, Instant since);
  Member member(const std::string& id, const Person& person) const;

  TextMap<Person> people_;
  /// All rooms name the same few instances, which are in memory once.
  using SharedInstance = boost::flyweight<NodeInstance>;
  std::vector<SharedInstance> instances_;  // empty text: free place
  std::vector<std::string> changed_;       // user ids, perhaps more than once: entered, or have another name
  std::vector<Absent> absent_;
  std::uint64_t version_ = 0;
};

}  // namespace chat
