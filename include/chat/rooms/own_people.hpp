#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "chat/backplane/presence_store.hpp"
#include "chat/base/hash.hpp"

namespace chat {

/// The users in one room through this node, and the changes that are not published yet: the last of each user, and none
/// of a user that entered and left in between. A pure state machine; thread: the loop of the rooms.
/// Bound: the users here, and those that left but may still be in the store.
class OwnPeople {
 public:
  struct Person {
    std::string name;
    std::string info;
    std::uint32_t tabs = 0;  // 0: the user has left
    bool is_news = false;    // is in news_
    bool may_stand = false;  // may be in the store
  };

  void enter(const User& user);
  void leave(const std::string& id);
  void rename(const User& user);
  /// Publishes all users here again, because the store or other nodes may have lost them.
  void tell_again();

  bool has_news() const { return !news_.empty(); }
  /// The next change to publish, of at most `max` users. The caller reports the store's answer by one of the two
  /// methods below.
  PresenceChange take_news(const NodeInstance& instance, std::size_t max);
  void on_told(const PresenceChange& change);
  void on_refused(const PresenceChange& change);

  /// All users here, as one change.
  PresenceChange everybody(const NodeInstance& instance);
  /// True when the room has no users here and every change is stored.
  bool is_done() const { return people_.empty(); }

 private:
  void add_news(const std::string& id, Person& person);

  TextMap<Person> people_;
  std::vector<std::string> news_;  // ids
};

}  // namespace chat
