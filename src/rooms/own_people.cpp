#include "chat/rooms/own_people.hpp"

#include <utility>

#include "chat/base/assert.hpp"

namespace chat {

void OwnPeople::add_news(const std::string& id, Person& person) {
  if (!std::exchange(person.is_news, true)) news_.push_back(id);
}

void OwnPeople::enter(const User& user) {
  Person& person = people_[user.id];
  const bool is_known = person.tabs++ > 0 && person.name == user.name && person.info == user.info;
  person.name = user.name;
  person.info = user.info;
  if (!is_known) add_news(user.id, person);
}

void OwnPeople::leave(const std::string& id) {
  const auto place = people_.find(id);
  CHAT_ASSERT(place != people_.end() && place->second.tabs > 0);
  if (--place->second.tabs == 0) add_news(id, place->second);
}

void OwnPeople::rename(const User& user) {
  const auto place = people_.find(user.id);
  if (place == people_.end() || place->second.tabs == 0) return;
  if (place->second.name == user.name && place->second.info == user.info) return;
  place->second.name = user.name;
  place->second.info = user.info;
  add_news(user.id, place->second);
}

void OwnPeople::tell_again() {
  for (auto& [id, person] : people_) {
    if (person.tabs > 0) add_news(id, person);
  }
}

PresenceChange OwnPeople::take_news(const NodeInstance& instance, std::size_t max) {
  PresenceChange change{instance, {}, {}};
  while (!news_.empty() && change.joined.size() + change.left.size() < max) {
    const auto place = people_.find(news_.back());
    news_.pop_back();
    Person& person = place->second;
    person.is_news = false;
    if (person.tabs > 0) {
      person.may_stand = true;
      change.joined.push_back({place->first, person.name, person.info});
    } else if (person.may_stand) {
      change.left.push_back(place->first);
    } else {
      people_.erase(place);
    }
  }
  return change;
}

void OwnPeople::on_told(const PresenceChange& change) {
  for (const auto& id : change.left) {
    const auto place = people_.find(id);
    if (place != people_.end() && place->second.tabs == 0 && !place->second.is_news) people_.erase(place);
  }
}

void OwnPeople::on_refused(const PresenceChange& change) {
  const auto again = [this](const std::string& id) {
    const auto place = people_.find(id);
    if (place != people_.end()) add_news(id, place->second);
  };
  for (const auto& user : change.joined) again(user.id);
  for (const auto& id : change.left) again(id);
}

PresenceChange OwnPeople::everybody(const NodeInstance& instance) {
  PresenceChange change{instance, {}, {}};
  for (auto& [id, person] : people_) {
    if (person.tabs == 0) continue;
    person.may_stand = true;
    change.joined.push_back({id, person.name, person.info});
  }
  return change;
}

}  // namespace chat
