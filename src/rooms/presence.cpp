#include "rooms/presence.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/log.hpp"

namespace chat {
namespace {

constexpr Milliseconds kPause{100};
constexpr Milliseconds kStormPause{1000};  // fewer pushes, each of which is a write to each member
constexpr std::size_t kStormRooms = 64;    // that changed in one pause
constexpr std::size_t kRoomsPerTurn = 16;  // so that messages do not wait behind thousands of changes
constexpr Milliseconds kTurnPause{2};
constexpr std::size_t kPeoplePerCall = 256;       // in one change for the store
constexpr std::size_t kMaxEarlyChanges = 10'000;  // of a room whose roster is being read

}  // namespace

Presence::Presence(boost::asio::io_context& loop, PresenceStore& store, const StoreShards& shards,
                   NodeInstance instance, RoomTable& rooms, FanOut& fan_out, const Clock& clock,
                   std::function<bool()> knows_nodes)
    : store_(store),
      shards_(shards),
      instance_(std::move(instance)),
      rooms_(rooms),
      fan_out_(fan_out),
      clock_(clock),
      knows_nodes_(std::move(knows_nodes)),
      timer_(loop) {}

void Presence::on_available(bool is_first) {
  if (!is_first) is_stale_ = true;
}

// ---- the users of this node ---------------------------------------------------------------------------------------

void Presence::adopt(Room& room) {
  const auto departed = departed_.find(room.name);
  if (departed == departed_.end()) return;
  room.attendance.own = std::move(departed->second);
  departed_.erase(departed);
}

void Presence::enter(Room& room, const User& user) {
  room.attendance.own.enter(user);
  if (room.attendance.own.has_news()) touch(room);
}

void Presence::leave(Room& room, const User& user) {
  room.attendance.own.leave(user.id);
  if (room.attendance.own.has_news()) touch(room);
}

void Presence::rename(Room& room, const User& before, const User& user) {
  if (before.id != user.id) {
    enter(room, user);
    return leave(room, before);
  }
  room.attendance.own.rename(user);
  if (room.attendance.own.has_news()) touch(room);
}

void Presence::retire(Room& room) {
  if (room.attendance.own.is_done()) return;
  departed_.insert_or_assign(room.name, std::move(room.attendance.own));
  touch(room.name);
}

/// Returns whether there was a change to publish.
bool Presence::publish(const std::string& room, OwnPeople& people) {
  const PresenceChange change = people.take_news(instance_, kPeoplePerCall);
  if (change.joined.empty() && change.left.empty()) {
    if (people.is_done()) departed_.erase(room);
    return false;
  }
  store_.change(room, change,
                [this, room, change](const Result<bool>& stored) { on_published(room, change, stored.has_value()); });
  return true;
}

void Presence::on_published(const std::string& room, const PresenceChange& change, bool is_stored) {
  Room* const here = rooms_.find(room);
  const auto departed = departed_.find(room);
  if (here == nullptr && departed == departed_.end()) return;
  OwnPeople& people = here != nullptr ? here->attendance.own : departed->second;
  if (!is_stored) {
    people.on_refused(change);
    refused_.insert(room);
    return;
  }
  people.on_told(change);
  if (here == nullptr && people.is_done()) departed_.erase(departed);
}

void Presence::retry_refused() {
  for (const auto& name : std::exchange(refused_, {})) {
    if (!shards_.is_available(name)) {
      refused_.insert(name);
    } else if (Room* const room = rooms_.find(name)) {
      touch(*room);
    } else if (departed_.contains(name)) {
      touch(name);
    }
  }
}

// ---- the flush ----------------------------------------------------------------------------------------------------

void Presence::touch(Room& room) {
  if (!std::exchange(room.attendance.is_touched, true)) touch(room.name);
}

void Presence::touch(const std::string& room) {
  changed_.push_back(room);
  if (changed_.size() == 1 && due_.empty()) flush_after(is_storm_ ? kStormPause : kPause);
}

void Presence::flush_after(Milliseconds pause) {
  timer_.expires_after(pause);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) flush();
  });
}

void Presence::flush() { flush_rooms(kRoomsPerTurn); }

void Presence::flush_rooms(std::size_t max_rooms) {
  if (due_.empty()) {
    due_ = std::exchange(changed_, {});
    is_storm_ = due_.size() >= kStormRooms;
  }
  for (; max_rooms > 0 && !due_.empty(); --max_rooms) {
    const std::string name = std::move(due_.back());
    due_.pop_back();
    if (Room* const room = rooms_.find(name)) {
      tell_members(*room);
    } else if (const auto departed = departed_.find(name); departed != departed_.end()) {
      if (publish(name, departed->second) && departed->second.has_news()) touch(name);
    }
  }
  if (!due_.empty()) return flush_after(kTurnPause);
  if (!changed_.empty()) flush_after(is_storm_ ? kStormPause : kPause);
}

void Presence::tell_members(Room& room) {
  Room::Attendance& here = room.attendance;
  here.is_touched = false;
  const bool has_published = publish(room.name, here.own);
  if (here.own.has_news()) touch(room);
  // A published change comes back in a moment. In a storm the members hear of it and of the known arrivals together.
  if (is_storm_ && has_published && here.roster.has_arrivals() && !std::exchange(here.is_withheld, true)) {
    return touch(room);
  }
  here.is_withheld = false;
  // While the shard of the room is away this node does not know which users have come back through another node.
  if (auto changes = here.roster.take_changes(shards_.is_available(room.name) ? clock_.now() : Instant::min())) {
    changes->room = room.name;
    if (room.settings.presence == RoomSettings::Presence::counts) {
      changes->joined.clear();
      changes->left.clear();
    }
    if (room.settings.presence != RoomSettings::Presence::off) fan_out_.tell_watchers(room, *changes);
  }
  if (here.roster.is_waiting()) touch(room);
}

void Presence::stop() {
  for (int round = 0; round < 2; ++round) flush_rooms(due_.size() + changed_.size());
  timer_.cancel();
}

// ---- the users of all nodes ---------------------------------------------------------------------------------------

void Presence::load(Room& room, OnLoaded on_loaded) {
  read(room, [this, on_loaded = std::move(on_loaded)](Room& r) {
    r.attendance.roster.take_changes(clock_.now());
    on_loaded(r);
  });
}

void Presence::read(Room& room, OnLoaded on_loaded) {
  read(room, knows_nodes_() ? Through::living_nodes : Through::all_nodes, std::move(on_loaded));
}

/// Rows of nodes without a lease are taken, too, unless it is known that these are dead: on_living() drops those that
/// are. A user who is missing would be told as gone.
void Presence::read(Room& room, Through through, OnLoaded on_loaded) {
  using Rows = std::vector<PresenceRow>;
  room.attendance.is_loaded = false;
  store_.load(room.name, through,
              rooms_.for_room<Rows>(
                  room, [this, through, on_loaded = std::move(on_loaded)](Room& r, const Result<Rows>& rows) mutable {
                    Room::Attendance& here = r.attendance;
                    const bool is_all = through == Through::all_nodes;
                    if (!rows && !is_all) return read(r, Through::all_nodes, std::move(on_loaded));
                    if (!rows) {
                      is_stale_ = true;
                    } else {
                      here.is_known = true;
                      is_all || !knows_nodes_() ? here.roster.add(*rows) : here.roster.load(*rows, clock_.now());
                    }
                    here.is_loaded = true;
                    here.roster.apply(here.own.everybody(instance_),
                                      clock_.now());  // of its own users this node knows more than the store
                    for (const auto& change : std::exchange(here.early, {})) here.roster.apply(change, clock_.now());
                    on_loaded(r);
                  }));
}

void Presence::on_change(Room& room, std::string_view payload) {
  auto change = decode_presence_change(payload);
  if (!change)
    return log_warn_rarely("junk_publication",
                           {{"what", "presence"}, {"where", room.name}, {"why", change.error().message}});
  Room::Attendance& here = room.attendance;
  if (here.is_loaded) {
    here.roster.apply(*change, clock_.now());
    return touch(room);
  }
  if (here.early.size() < kMaxEarlyChanges) return here.early.push_back(std::move(*change));
  is_stale_ = true;  // the store has the change that is left out here
  log_warn_rarely("too_many_changes", {{"room", room.name}});
}

void Presence::on_living(const std::vector<NodeInstance>& living) {
  if (std::exchange(is_stale_, false)) {
    rooms_.for_each_open([this](Room& room) { read(room, [this](Room& r) { touch(r); }); });
  }
  rooms_.for_each([&](Room& room) {
    for (const auto& instance : room.attendance.roster.instances()) {
      if (instance.empty() || instance == instance_) continue;
      if (std::find(living.begin(), living.end(), instance) != living.end()) continue;
      room.attendance.roster.drop_instance(instance);
      touch(room);
    }
  });
}

void Presence::resync(std::optional<StoreShard> only) {
  rooms_.for_each_open([this, only](Room& room) {
    if (only && shards_.shard_of(room.name) != *only) return;
    room.attendance.roster.extend_grace(clock_.now());
    room.attendance.own.tell_again();
    touch(room);
    read(room, [this](Room& r) { touch(r); });
  });
}

}  // namespace chat
