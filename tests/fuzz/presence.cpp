// The users in a room, from rows and changes that any program may have written: changes are decoded and written back
// equal; the roster counts as a simple model does; and the events for clients are the same JSON in every encoding.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/assert.hpp"
#include "chat/rooms/roster.hpp"
#include "fuzz/choices.hpp"
#include "fuzz/signalr_checks.hpp"

namespace {

using namespace chat;

class Follower {
 public:
  void step(Choices& choices) {
    switch (choices.below(6)) {
      case 0:
      case 1:
      case 2:
        apply(choices.text(choices.byte()));
        break;
      case 3:
        drop(choices.text(choices.below(4)));
        break;
      case 4:
        now_ += Milliseconds{100 * choices.byte()};
        break;
      default:
        load();
    }
    look();
  }

  /// After the grace period only present users count.
  void settle() {
    now_ += Roster::kGrace + Seconds{1};
    look();
    CHAT_ASSERT(roster_.count() == people_.size() && !roster_.is_waiting());
  }

 private:
  void apply(std::string_view payload) {
    const auto change = decode_presence_change(payload);
    if (!change) return;
    const auto again = decode_presence_change(encode(*change));
    CHAT_ASSERT(again && again->instance == change->instance && again->joined == change->joined &&
                again->left == change->left);
    if (instances_.insert(change->instance).second && instances_.size() > kMaxInstances) {
      instances_.erase(change->instance);
      return;
    }
    roster_.apply(*change, now_);
    for (const auto& user : change->joined) people_[user.id].insert(change->instance);
    for (const auto& id : change->left) leave(id, change->instance);
  }

  void drop(std::string_view instance) {
    roster_.drop_instance(instance);
    std::vector<std::string> ids;
    for (const auto& [id, through] : people_) ids.push_back(id);
    for (const auto& id : ids) leave(id, std::string(instance));
    instances_.erase(std::string(instance));
  }

  /// Reads the rows anew, as after an interruption: they say the same.
  void load() {
    std::vector<PresenceRow> rows;
    for (const auto& [id, through] : people_) {
      for (const auto& instance : through) rows.push_back({instance, {id, "Ana"}});
    }
    roster_.load(rows, now_);
  }

  void leave(const std::string& id, const std::string& instance) {
    const auto person = people_.find(id);
    if (person == people_.end()) return;
    person->second.erase(instance);
    if (person->second.empty()) people_.erase(person);
  }

  void look() {
    if (auto news = roster_.take_changes(now_)) {
      CHAT_ASSERT(news->version >= version_ && news->count == roster_.count());
      version_ = news->version;
      news->room = "lobby";
      check_event({}, *news);
      std::set<std::string> joined;
      for (const auto& member : news->joined) CHAT_ASSERT(joined.insert(member.user.id).second);
      for (const auto& member : news->left) CHAT_ASSERT(!joined.contains(member.user.id));
    }
    for (const auto& [id, through] : people_) CHAT_ASSERT(roster_.contains(id));
    CHAT_ASSERT(roster_.count() >= people_.size());
    CHAT_ASSERT(roster_.members(3).size() == std::min<std::size_t>(3, roster_.count()));
  }

  static constexpr std::size_t kMaxInstances = 60;

  Roster roster_;
  Instant now_{Seconds{100}};
  std::uint64_t version_ = 0;
  std::map<std::string, std::set<std::string>> people_;  // id → instances
  std::set<std::string> instances_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  Follower follower;
  while (!choices.empty()) follower.step(choices);
  follower.settle();
  return 0;
}
