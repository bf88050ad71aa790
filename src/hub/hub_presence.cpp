// The hub, who is here: this node's people for the others, everybody's for the members, and which nodes live.
#include <algorithm>
#include <set>
#include <utility>

#include "chat/base/assert.hpp"
#include "chat/base/log.hpp"
#include "chat/hub/hub.hpp"
#include "chat/hub/shard.hpp"
#include "hub/hub_room.hpp"

namespace chat {
namespace {

constexpr Milliseconds kPresencePause{100};  // changes within it leave together
// The same while many come or go at once: each push is a write to each member.
constexpr Milliseconds kStormPause{1000};
constexpr std::size_t kStormRooms = 64;   // in which somebody came or went within one pause
constexpr Milliseconds kRenewAgain{500};  // a lease that was not taken

/// What of this the others must know: the last of each person.
PresenceChange sum_up(const NodeInstance& instance, const std::vector<HubRoom::Change>& changes) {
  PresenceChange sum{instance, {}, {}};
  std::set<std::string_view> known;
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    if (!known.insert(change->user.id).second) continue;
    if (change->here) {
      sum.joined.push_back(change->user);
    } else {
      sum.left.push_back(change->user.id);
    }
  }
  return sum;
}

}  // namespace

void Hub::person_entered(HubRoom& room, const User& user) {
  auto& local = room.people[user.id];
  const bool news = local.tabs++ == 0 || local.name != user.name;
  local.name = user.name;
  if (!news) return;
  room.changes.push_back({user, true});
  presence_changed(room);
}

void Hub::person_left(HubRoom& room, const User& user) {
  const auto place = room.people.find(user.id);
  CHAT_ASSERT(place != room.people.end());
  if (--place->second.tabs > 0) return;
  room.people.erase(place);
  room.changes.push_back({user, false});
  presence_changed(room);
}

void Hub::handle(to_hub::Rename& mail) {
  HubRoom* room = find(mail.room);
  if (room == nullptr) return;
  if (mail.before.id != mail.user.id) {
    person_entered(*room, mail.user);
    return person_left(*room, mail.before);
  }
  const auto place = room->people.find(mail.user.id);
  if (place == room->people.end() || place->second.name == mail.user.name) return;
  place->second.name = mail.user.name;
  room->changes.push_back({mail.user, true});
  presence_changed(*room);
}

void Hub::presence_changed(HubRoom& room) {
  if (std::exchange(room.presence_touched, true)) return;
  presence_changed_.push_back(room.name);
  if (presence_changed_.size() > 1) return;
  presence_timer_.expires_after(presence_storm_ ? kStormPause : kPresencePause);
  presence_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) flush_presence();
  });
}

/// Tells the other nodes what changed here, and the members what changed anywhere. This node's own changes come back
/// through the backplane like everybody's.
void Hub::flush_presence() {
  const auto changed = std::exchange(presence_changed_, {});
  presence_storm_ = changed.size() >= kStormRooms;
  for (const auto& name : changed) {
    HubRoom* room = find(name);
    if (room == nullptr) continue;
    room->presence_touched = false;
    const PresenceChange change = sum_up(instance_, std::exchange(room->changes, {}));
    const bool news = !change.joined.empty() || !change.left.empty();
    if (news) tell_others(name, change);
    // What was just told comes back in a moment: when thousands move, members hear of it together with what is known
    // now.
    if (presence_storm_ && news && room->roster.has_arrivals() && !std::exchange(room->presence_withheld, true)) {
      presence_changed(*room);
      continue;
    }
    room->presence_withheld = false;
    // While the store is away nobody here knows who has come back elsewhere, so nobody has left.
    if (auto changes = room->roster.take_changes(available_ ? clock_.now() : Instant::min())) {
      changes->room = name;
      tell_room(*room, *changes);
    }
    if (room->roster.is_waiting()) presence_changed(*room);
  }
}

/// What the store does not take is kept in untold_.
void Hub::tell_others(const std::string& room, const PresenceChange& change) {
  backends_.presence().change(room, change, [this, room, change](const Result<bool>& told) {
    if (told) return;
    auto& people = untold_[room];
    for (const auto& user : change.joined) people.insert(user.id);
    people.insert(change.left.begin(), change.left.end());
  });
}

/// What became of them since counts, not what could not be told then.
void Hub::tell_untold() {
  for (const auto& [name, people] : std::exchange(untold_, {})) {
    const HubRoom* room = find(name);
    PresenceChange change{instance_, {}, {}};
    for (const auto& id : people) {
      const auto here = room == nullptr ? nullptr : room->person(id);
      here == nullptr ? change.left.push_back(id) : change.joined.push_back({id, here->name});
    }
    tell_others(name, change);
  }
}

void Hub::load_presence(HubRoom& room) {
  room.presence_loaded = false;
  backends_.presence().load(
      room.name,
      for_room<std::vector<PresenceRow>>(room, [this](HubRoom& r, const Result<std::vector<PresenceRow>>& rows) {
        if (!rows) {
          presence_doubtful_ = true;
        } else {
          knows_leases() ? r.roster.load(*rows, clock_.now()) : r.roster.add(*rows);
        }
        r.presence_loaded = true;
        PresenceChange own{instance_, {}, {}};  // whatever the store knows of us, we know better
        for (const auto& [id, local] : r.people) own.joined.push_back({id, local.name});
        r.roster.apply(own, clock_.now());
        for (const auto& change : r.take(&HubRoom::Waiting::changes)) r.roster.apply(change, clock_.now());
        if (!r.is_open()) {
          r.roster.take_changes(clock_.now());  // whoever is here already is no news to those who come now
          return on_opened(r);
        }
        presence_changed(r);
      }));
}

/// Tells the store and the other nodes anew who is here, and learns who is there: after an interruption, or after a
/// stall in which others have taken this node for dead.
void Hub::resync_presence() {
  for (auto& [name, room] : rooms_) {
    if (!room->is_open()) continue;
    room->roster.extend_grace(clock_.now());
    for (const auto& [id, local] : room->people) room->changes.push_back({{id, local.name}, true});
    presence_changed(*room);
    load_presence(*room);
  }
}

/// While the store was away, or took nothing, nobody could renew: the others have the time of a lease to come back to
/// it. It may answer a question before it is there for everything.
bool Hub::knows_leases() const { return available_ && clock_.now() - renewable_since_ >= PresenceStore::kLease; }

void Hub::renew_lease() {
  renew_lease_after(PresenceStore::kRenewEvery);
  backends_.presence().renew(instance_, [this, asked = clock_.now()](const Result<Lease>& lease) {
    const Instant now = clock_.now();
    if (!lease) {
      renewable_since_ = now;                                         // at the earliest
      if (lease_timer_.cancel() > 0) renew_lease_after(kRenewAgain);  // after resign() none waits
      return;
    }
    const Instant before = std::exchange(leased_at_, asked);
    if (before != Instant{} && now - before > PresenceStore::kLease) {
      log_warn("lease_late", {{"ms", std::chrono::duration_cast<Milliseconds>(now - before).count()}});
      resync_presence();  // the others have taken this node for dead
    }
    if (lease->is_new && std::exchange(had_lease_, true)) {
      // The store was wiped: nobody has a lease there before renewing it, and nobody stands in its lists.
      log_warn("lease_lost");
      return resync_presence();
    }
    if (!knows_leases()) return;
    if (std::exchange(presence_doubtful_, false)) {
      for (auto& [name, room] : rooms_) {
        if (room->is_open()) load_presence(*room);
      }
    }
    const auto& living = lease->living;
    for (auto& [name, room] : rooms_) {
      for (const auto& instance : room->roster.instances()) {
        if (instance.empty() || instance == instance_) continue;
        if (std::find(living.begin(), living.end(), instance) != living.end()) continue;
        room->roster.drop_instance(instance);
        presence_changed(*room);
      }
    }
  });
}

void Hub::renew_lease_after(Milliseconds pause) {
  lease_timer_.expires_after(pause);
  lease_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) renew_lease();
  });
}

void Hub::resign() {
  lease_timer_.cancel();
  check_timer_.cancel();
  gather_timer_.cancel();
  flush_presence();
  backends_.presence().resign(instance_);
}

}  // namespace chat
