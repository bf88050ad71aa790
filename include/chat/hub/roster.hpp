#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/presence_store.hpp"
#include "chat/base/hash.hpp"
#include "chat/core/event.hpp"

namespace chat {

/// Who is in one room, over all nodes: several tabs and several nodes of one person count once. Collects what changed
/// until it is asked for it, so that a reload of a page is no news.
/// Pure state; thread: the hub's loop.
class Roster {
 public:
  /// Starts from the stored rows, then takes the changes that came in meanwhile.
  void load(const std::vector<PresenceRow>& rows);
  void apply(const PresenceChange& change);
  /// A node has died: everyone who was there through it alone has left.
  void drop_instance(std::string_view instance);
  const std::vector<NodeInstance>& instances() const { return instances_; }

  std::size_t count() const { return people_.size(); }
  bool contains(std::string_view user_id) const { return people_.contains(user_id); }
  std::uint64_t version() const { return version_; }
  std::vector<Member> members(std::size_t most) const;

  /// What changed since the last call, without the room's name; nothing if nothing did.
  std::optional<PresenceChanged> take_changes();

 private:
  static constexpr std::size_t kMostInstances = 256;
  using Instances = std::bitset<kMostInstances>;
  struct Person {
    std::string name;
    Instances through;
  };

  std::optional<std::size_t> index_of(std::string_view instance);
  void add(std::size_t instance, const User& user);
  void remove(std::size_t instance, const std::string& user_id);
  void touch(const std::string& user_id);
  Member member(const std::string& id, const Person& person) const;

  TextMap<Person> people_;
  std::vector<NodeInstance> instances_;   // empty text: free place
  TextMap<std::optional<User>> touched_;  // as they were when last told; nothing: were not here
  std::uint64_t version_ = 0;
};

}  // namespace chat
