#include "chat/hub/roster.hpp"

#include <algorithm>

namespace chat {

std::optional<std::size_t> Roster::index_of(std::string_view instance) {
  auto place = std::find(instances_.begin(), instances_.end(), instance);
  if (place == instances_.end()) {
    place = std::find(instances_.begin(), instances_.end(), "");
    if (place == instances_.end()) {
      if (instances_.size() == kMostInstances) return std::nullopt;
      place = instances_.emplace(instances_.end());
    }
    *place = instance;
  }
  return static_cast<std::size_t>(place - instances_.begin());
}

void Roster::touch(const std::string& user_id) {
  if (touched_.contains(user_id)) return;
  const auto person = people_.find(user_id);
  touched_[user_id] = person == people_.end() ? std::nullopt : std::optional(User{user_id, person->second.name});
}

void Roster::add(std::size_t instance, const User& user) {
  touch(user.id);
  Person& person = people_[user.id];
  person.name = user.name;
  person.through.set(instance);
}

void Roster::remove(std::size_t instance, const std::string& user_id) {
  const auto place = people_.find(user_id);
  if (place == people_.end()) return;
  touch(user_id);
  place->second.through.reset(instance);
  if (place->second.through.none()) people_.erase(place);
}

void Roster::load(const std::vector<PresenceRow>& rows) {
  for (const auto& [id, person] : people_) touch(id);
  people_.clear();
  for (const auto& row : rows) {
    if (const auto instance = index_of(row.instance)) add(*instance, row.user);
  }
}

void Roster::apply(const PresenceChange& change) {
  const auto instance = index_of(change.instance);
  if (!instance) return;
  for (const auto& user : change.joined) add(*instance, user);
  for (const auto& id : change.left) remove(*instance, id);
}

void Roster::drop_instance(std::string_view instance) {
  const auto place = std::find(instances_.begin(), instances_.end(), instance);
  if (place == instances_.end() || instance.empty()) return;
  const auto index = static_cast<std::size_t>(place - instances_.begin());
  std::vector<std::string> gone;
  for (const auto& [id, person] : people_) {
    if (person.through.test(index)) gone.push_back(id);
  }
  for (const auto& id : gone) remove(index, id);
  place->clear();
}

Member Roster::member(const std::string& id, const Person& person) const {
  Member member{{id, person.name}, {}};
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    if (person.through.test(i)) member.nodes.emplace_back(node_of(instances_[i]));
  }
  return member;
}

std::vector<Member> Roster::members(std::size_t most) const {
  std::vector<Member> members;
  for (const auto& [id, person] : people_) {
    if (members.size() == most) break;
    members.push_back(member(id, person));
  }
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
    return std::tie(a.user.name, a.user.id) < std::tie(b.user.name, b.user.id);
  });
  return members;
}

std::optional<PresenceChanged> Roster::take_changes() {
  PresenceChanged changes;
  for (const auto& [id, before] : touched_) {
    const auto now = people_.find(id);
    if (now != people_.end()) {
      if (!before || before->name != now->second.name) changes.joined.push_back(member(id, now->second));
    } else if (before) {
      changes.left.push_back({*before, {}});
    }
  }
  touched_.clear();
  if (changes.joined.empty() && changes.left.empty()) return std::nullopt;
  changes.version = ++version_;
  changes.count = people_.size();
  return changes;
}

}  // namespace chat
