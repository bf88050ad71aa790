// The hub, who is here: this node's people for the others, everybody's for the members, and which nodes live.
#include <algorithm>
#include <set>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/rooms/hub.hpp"
#include "chat/rooms/shard_port.hpp"
#include "rooms/hub_room.hpp"

namespace chat {
namespace {

constexpr Milliseconds kPresencePause{100};  // changes within it leave together
// The same while many come or go at once: each push is a write to each member.
constexpr Milliseconds kStormPause{1000};
constexpr std::size_t kStormRooms = 64;    // in which somebody came or went within one pause
constexpr std::size_t kRoomsPerTurn = 16;  // so that messages do not wait behind thousands who come
constexpr Milliseconds kTurnPause{2};
constexpr std::size_t kPeoplePerCall = 256;  // told to the store at once
constexpr Milliseconds kRenewAgain{500};     // a lease that was not taken

}  // namespace

void Hub::person_entered(HubRoom& room, const User& user) {
  room.people.enter(user);
  if (room.people.has_news()) presence_changed(room);
}

void Hub::person_left(HubRoom& room, const User& user) {
  room.people.leave(user.id);
  if (room.people.has_news()) presence_changed(room);
}

void Hub::handle(to_hub::Rename& mail) {
  HubRoom* room = find(mail.room);
  if (room == nullptr) return;
  if (mail.before.id != mail.user.id) {
    person_entered(*room, mail.user);
    return person_left(*room, mail.before);
  }
  room->people.rename(mail.user);
  if (room->people.has_news()) presence_changed(*room);
}

void Hub::presence_changed(HubRoom& room) {
  if (!std::exchange(room.presence_touched, true)) touch_presence(room.name);
}

void Hub::touch_presence(const std::string& room) {
  presence_changed_.push_back(room);
  if (presence_changed_.size() == 1 && presence_due_.empty()) {
    flush_presence_after(presence_storm_ ? kStormPause : kPresencePause);
  }
}

void Hub::flush_presence_after(Milliseconds pause) {
  presence_timer_.expires_after(pause);
  presence_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) flush_presence(kRoomsPerTurn);
  });
}

/// Some rooms a turn: the other nodes are told what changed here, and the members what changed anywhere. This node's
/// own changes come back through the backplane like everybody's.
void Hub::flush_presence(std::size_t most_rooms) {
  if (presence_due_.empty()) {
    presence_due_ = std::exchange(presence_changed_, {});
    presence_storm_ = presence_due_.size() >= kStormRooms;
  }
  for (; most_rooms > 0 && !presence_due_.empty(); --most_rooms) {
    const std::string name = std::move(presence_due_.back());
    presence_due_.pop_back();
    if (HubRoom* room = find(name)) {
      tell_presence(*room);
    } else if (const auto departed = departed_.find(name); departed != departed_.end()) {
      if (tell_others(name, departed->second) && departed->second.has_news()) touch_presence(name);
    }
  }
  if (!presence_due_.empty()) return flush_presence_after(kTurnPause);
  if (!presence_changed_.empty()) flush_presence_after(presence_storm_ ? kStormPause : kPresencePause);
}

void Hub::tell_presence(HubRoom& room) {
  room.presence_touched = false;
  const bool news = tell_others(room.name, room.people);
  if (room.people.has_news()) presence_changed(room);
  // What was just told comes back in a moment: when thousands move, members hear of it together with what is known now.
  if (presence_storm_ && news && room.roster.has_arrivals() && !std::exchange(room.presence_withheld, true)) {
    return presence_changed(room);
  }
  room.presence_withheld = false;
  // While the store is away nobody here knows who has come back elsewhere, so nobody has left.
  if (auto changes = room.roster.take_changes(available_ ? clock_.now() : Instant::min())) {
    changes->room = room.name;
    tell_room(room, *changes);
  }
  if (room.roster.is_waiting()) presence_changed(room);
}

/// Whether there was something to tell. What the store does not take is news again a second later.
bool Hub::tell_others(const std::string& room, OwnPeople& people) {
  const PresenceChange change = people.take_news(instance_, kPeoplePerCall);
  if (change.joined.empty() && change.left.empty()) {
    if (people.is_done()) departed_.erase(room);
    return false;
  }
  backends_.presence().change(room, change, [this, room, change](const Result<bool>& told) {
    HubRoom* const here = find(room);
    const auto departed = departed_.find(room);
    if (here == nullptr && departed == departed_.end()) return;
    OwnPeople& own = here != nullptr ? here->people : departed->second;
    if (!told) {
      own.on_refused(change);
      presence_refused_.insert(room);
      return;
    }
    own.on_told(change);
    if (here == nullptr && own.is_done()) departed_.erase(departed);
  });
  return true;
}

/// The room is left by everybody here: what is to be told of that is told in its turn.
void Hub::depart(HubRoom& room) {
  if (room.people.is_done()) return;
  departed_.insert_or_assign(room.name, std::move(room.people));
  touch_presence(room.name);
}

void Hub::retry_presence() {
  for (const auto& name : std::exchange(presence_refused_, {})) {
    if (HubRoom* room = find(name)) {
      presence_changed(*room);
    } else if (departed_.contains(name)) {
      touch_presence(name);
    }
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
        r.roster.apply(r.people.everybody(instance_), clock_.now());  // what the store knows of us, we know better
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
    room->people.tell_again();
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
  report_timer_.cancel();
  for (int round = 0; round < 2; ++round) flush_presence(presence_due_.size() + presence_changed_.size());
  presence_timer_.cancel();
  backends_.presence().resign(instance_);
}

}  // namespace chat
