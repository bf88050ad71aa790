#include "chat/rooms/roster.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/core/limits.hpp"

namespace chat {
namespace {

constexpr JsonLimits kInfoLimits{limits::kJsonDepth - 3, limits::kJsonMembers};  // it stands in a list of objects

}  // namespace

/// Another node, or a forger, has written the info; it goes to clients as it is.
bool Roster::Person::take(const User& user) {
  const bool has_info = !user.info.empty() && !validate_json(user.info, kInfoLimits);
  const bool is_known = name == user.name && (info ? has_info && *info == user.info : !has_info);
  if (is_known) return false;
  name = user.name;
  info = has_info ? std::make_unique<std::string>(user.info) : nullptr;
  return true;
}

std::optional<std::size_t> Roster::index_of(std::string_view instance) {
  const auto find = [this](std::string_view text) {
    return std::find_if(instances_.begin(), instances_.end(), [text](const auto& one) { return one.get() == text; });
  };
  auto place = find(instance);
  if (place == instances_.end()) {
    place = find("");
    if (place == instances_.end()) {
      if (instances_.size() == kMaxInstances) {
        log_warn_rarely("too_many_nodes", {{"most", kMaxInstances}, {"unseen", instance}});
        return std::nullopt;
      }
      place = instances_.emplace(instances_.end());
    }
    *place = SharedInstance(instance);
  }
  return static_cast<std::size_t>(place - instances_.begin());
}

void Roster::add(std::size_t instance, const User& user) {
  const auto [place, is_new] = people_.try_emplace(user.id);
  Person& person = place->second;
  if (person.take(user) || !person.is_told()) changed_.push_back(user.id);
  if (!is_new && !person.is_here()) std::erase_if(absent_, [&](const Absent& absent) { return absent.id == user.id; });
  person.enter(instance);
}

void Roster::remove(std::size_t instance, const std::string& user_id, Instant since) {
  const auto place = people_.find(user_id);
  if (place == people_.end() || !place->second.is_through(instance)) return;
  place->second.leave(instance);
  if (place->second.is_here()) return;
  absent_.push_back({user_id, since});
}

void Roster::load(const std::vector<PresenceRow>& rows, Instant now) {
  for (auto& [id, person] : people_) {
    if (person.is_here()) absent_.push_back({id, now});
    person.leave_all();
  }
  add(rows);
}

void Roster::add(const std::vector<PresenceRow>& rows) {
  for (const auto& row : rows) {
    if (const auto instance = index_of(row.instance)) add(*instance, row.user);
  }
}

void Roster::apply(const PresenceChange& change, Instant now) {
  const auto instance = index_of(change.instance);
  if (!instance) return;
  for (const auto& user : change.joined) add(*instance, user);
  for (const auto& id : change.left) remove(*instance, id, now);
}

void Roster::extend_grace(Instant now) {
  for (auto& absent : absent_) {
    if (absent.since != Instant::min()) absent.since = now;
  }
}

void Roster::drop_instance(std::string_view instance) {
  const auto place = std::find_if(instances_.begin(), instances_.end(),
                                  [instance](const SharedInstance& one) { return one.get() == instance; });
  if (place == instances_.end() || instance.empty()) return;
  const auto index = static_cast<std::size_t>(place - instances_.begin());
  for (const auto& [id, person] : people_) remove(index, id, Instant::min());
  *place = SharedInstance();
}

Member Roster::member(const std::string& id, const Person& person) const {
  Member member{{id, person.name, person.info ? *person.info : std::string()}, {}};
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    if (person.is_through(i)) member.nodes.emplace_back(node_of(instances_[i].get()));
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

std::optional<PresenceChanged> Roster::take_changes(Instant now) {
  PresenceChanged changes;
  std::sort(changed_.begin(), changed_.end());
  changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
  for (const auto& id : std::exchange(changed_, {})) {
    const auto place = people_.find(id);
    if (place == people_.end() || !place->second.is_here()) continue;
    place->second.tell();
    changes.joined.push_back(member(id, place->second));
  }
  std::erase_if(absent_, [&](const Absent& absent) {
    const auto& [id, since] = absent;
    if (now < since + kGrace) return false;
    const auto place = people_.find(id);
    if (place->second.is_told()) changes.left.push_back(member(id, place->second));
    people_.erase(place);
    return true;
  });
  if (changes.joined.empty() && changes.left.empty()) return std::nullopt;
  // Above this members get only the number: otherwise a list of thousands would go to thousands.
  if (changes.joined.size() > limits::kPeopleListed) changes.joined.resize(limits::kPeopleListed);
  if (changes.left.size() > limits::kPeopleListed) changes.left.resize(limits::kPeopleListed);
  changes.version = ++version_;
  changes.count = count();
  return changes;
}

}  // namespace chat
