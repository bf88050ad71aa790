#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "chat/backplane/presence_store.hpp"
#include "chat/base/hash.hpp"

namespace chat {

/// This node's own people in one room, and what of their coming and going the others have not been told yet: of each
/// person only the last, and nothing of one who came and went in between. A pure state machine. Thread: the hub's loop.
/// Bound: the people here, and those who have left but may still stand in the store.
class OwnPeople {
 public:
  struct Person {
    std::string name;
    std::uint32_t tabs = 0;  // 0: has left
    bool is_news = false;    // stands in news_
    bool may_stand = false;  // in the store
  };

  void enter(const User& user);
  void leave(const std::string& id);
  void rename(const User& user);
  /// The store or the others may know nothing of who is here.
  void tell_again();

  bool has_news() const { return !news_.empty(); }
  /// The next news for the other nodes, of at most `most` people. The caller reports the store's answer by one of the
  /// two methods below.
  PresenceChange take_news(const NodeInstance& instance, std::size_t most);
  void on_told(const PresenceChange& change);
  void on_refused(const PresenceChange& change);

  /// Those who are here now, for one who is told all of them at once.
  PresenceChange everybody(const NodeInstance& instance);
  /// True when the room has no people here and all news is stored.
  bool is_done() const { return people_.empty(); }

 private:
  void add_news(const std::string& id, Person& person);

  TextMap<Person> people_;
  std::vector<std::string> news_;  // ids
};

}  // namespace chat
