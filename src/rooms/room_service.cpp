#include "chat/rooms/room_service.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/base/mutant.hpp"
#include "chat/base/thread_check.hpp"
#include "chat/base/trace.hpp"
#include "chat/core/limits.hpp"
#include "rooms/fan_out.hpp"
#include "rooms/joins.hpp"
#include "rooms/leases.hpp"
#include "rooms/log_reader.hpp"
#include "rooms/metering.hpp"
#include "rooms/presence.hpp"
#include "rooms/repair.hpp"
#include "rooms/room_opener.hpp"
#include "rooms/room_table.hpp"
#include "rooms/store_shards.hpp"

namespace chat {
namespace {

constexpr Seconds kCheckEvery{1};
constexpr Milliseconds kRetryWhenFull{60'000};

Completion<Ack> traced(const Append& append, Completion<Ack> done) {
  return [room = append.room, seq = append.seq, done = std::move(done)](Result<Ack> ack) {
    trace(Hop::stored, {{"room", room}, {"seq", seq}, {"offset", ack ? ack->position.offset : 0}});
    done(std::move(ack));
  };
}

}  // namespace

/// A part uses only the parts above it. Where a lower part has news for an upper one, a function is passed here.
struct RoomService::Parts {
  Parts(boost::asio::io_context& loop, ClusterServices& backends, NodeInstance instance, const UsageLimits& limits,
        const Clock& clock)
      : backplane(backends.backplane()),
        shards(backplane),
        fan_out(loop, rooms, clock),
        repair(backplane, shards, rooms, fan_out),
        reader(backplane, rooms, fan_out, repair),
        joins(backplane, rooms, reader, repair),
        leases(
            loop, backends.presence(), instance, clock, [this] { presence.resync(); },
            [this](const auto& living) { presence.on_living(living); }),
        presence(loop, backends.presence(), shards, instance, rooms, fan_out, clock,
                 [this] { return leases.is_complete(); }),
        metering(loop, backplane, instance, limits, clock),
        opener(
            backplane, rooms, [this](Room& room, auto then) { presence.load(room, std::move(then)); },
            [this](Room& room) {
              repair.repair(room);
              fan_out.touch(room);
            }),
        check_timer(loop) {}

  [[no_unique_address]] ThreadCheck thread;
  Backplane& backplane;
  StoreShards shards;
  RoomTable rooms;
  FanOut fan_out;
  Repair repair;
  LogReader reader;
  Joins joins;
  Leases leases;
  Presence presence;
  Metering metering;
  RoomOpener opener;
  boost::asio::steady_timer check_timer;
};

RoomService::RoomService(boost::asio::io_context& loop, ClusterServices& backends, NodeInstance instance,
                         const UsageLimits& limits, const Clock& clock)
    : parts_(std::make_unique<Parts>(loop, backends, std::move(instance), limits, clock)) {}

RoomService::~RoomService() = default;

void RoomService::attach(ShardPort& shard) { parts_->fan_out.attach(shard); }

void RoomService::start() {
  parts_->backplane.start(*this);
  check();
}

void RoomService::resign() {
  parts_->check_timer.cancel();
  parts_->fan_out.stop();
  parts_->metering.stop();
  parts_->presence.stop();
  parts_->leases.resign();
}

bool RoomService::is_available() const { return parts_->shards.is_any_available(); }
std::size_t RoomService::room_count() const { return parts_->rooms.size(); }

/// Once a second.
void RoomService::check() {
  log_rare_counts();
  if (is_available()) {
    parts_->metering.expire();
    parts_->presence.retry_refused();
    parts_->joins.continue_stalled();
    parts_->repair.check_rooms();
  }
  parts_->check_timer.expires_after(kCheckEvery);
  parts_->check_timer.async_wait([this](boost::system::error_code error) {
    if (!error) check();
  });
}

// ---- requests
// --------------------------------------------------------------------------------------------------------

void RoomService::join(JoinRequest request, Completion<JoinAnswer> done) {
  const auto [room, is_new] = parts_->rooms.enter(request.join.room, parts_->fan_out.shard_count());
  if (is_new) parts_->presence.adopt(room);
  room.settings = request.settings;
  if (!request.again) {
    room.audience.add(request.session);
    parts_->presence.enter(room, request.user);
  }
  if (room.is_open()) return parts_->joins.join(room, std::move(request), std::move(done));
  const SessionRef session = request.session;
  parts_->opener.open(room, session,
                      [this, request = std::move(request), done = std::move(done)](Result<Room*> opened) mutable {
                        if (!opened) return done(opened.error());
                        parts_->joins.join(**opened, std::move(request), std::move(done));
                      });
}

void RoomService::continue_replay(ReplayRequest request, Completion<ReplayPage> done) {
  parts_->joins.continue_replay(std::move(request), std::move(done));
}

void RoomService::leave(const SessionRef& session, const std::string& name, const User& user) {
  parts_->thread.in();
  Room* const room = parts_->rooms.find(name);
  if (room == nullptr) return;
  parts_->opener.cancel(*room, session);
  room->audience.remove(session);
  parts_->presence.leave(*room, user);
  if (room->audience.count() > 0) return;
  parts_->presence.retire(*room);
  parts_->opener.close(*room);
}

void RoomService::rename(const std::string& name, const User& before, const User& user) {
  if (Room* const room = parts_->rooms.find(name)) parts_->presence.rename(*room, before, user);
}

void RoomService::publish(Append append, const Payer& payer, Completion<Ack> done) {
  Room* const room = parts_->rooms.find(append.room);
  if (is_mutant("ack-before-append") && room != nullptr) {
    const Position& last = room->log.last();
    std::exchange(done, [](const Result<Ack>&) {})(Ack{room->name, {last.epoch, last.offset + 1}});
  }
  // It is not known of a room that is still being opened whether it has a log.
  // A message from outside a room, to an inbox, may be its first.
  const bool is_first = room == nullptr || (!room->is_begun && room->log.last().offset == 0);
  if (is_first && !parts_->backplane.takes_new_rooms()) {
    return done(Failure{ErrorCode::busy, "the store is nearly full, no new rooms for now", kRetryWhenFull});
  }
  const std::size_t members = room == nullptr ? 0 : room->audience.count();
  if (auto refusal = parts_->metering.charge(append, payer, members, is_first)) return done(std::move(*refusal));
  if (is_first && room != nullptr) room->is_begun = true;
  if (append.seq > 0 && !parts_->metering.is_off()) {
    done = [this, sender = Metering::key(append), done = std::move(done)](Result<Ack> ack) {
      if (ack) parts_->metering.on_stored(sender);
      done(std::move(ack));
    };
  }
  if (is_traced(Hop::stored)) done = traced(append, std::move(done));
  std::string name = append.room;
  parts_->backplane.append(std::move(append),
                           [name = std::move(name), done = std::move(done)](const Result<Appended>& appended) {
                             if (!appended) return done(appended.error());
                             done(Ack{name, appended->position, appended->duplicate});
                           });
}

void RoomService::history(const ReadHistory& request, Completion<Page> done, Caller caller) {
  parts_->opener.when_open(parts_->rooms.find(request.room), std::move(caller),
                           [this, request, done = std::move(done)](Result<Room*> room) mutable {
                             if (!room) return done(room.error());
                             parts_->reader.read_page(**room, request, std::move(done));
                           });
}

void RoomService::members(const std::string& name, Completion<Members> done, Caller caller) {
  parts_->opener.when_open(parts_->rooms.find(name), std::move(caller), [done = std::move(done)](Result<Room*> room) {
    if (!room) return done(room.error());
    const Roster& roster = (*room)->attendance.roster;
    const bool has_list = (*room)->settings.presence == RoomSettings::Presence::lists;
    done(
        Members{(*room)->name, roster.version(), roster.members(has_list ? limits::kPeopleListed : 0), roster.count()});
  });
}

void RoomService::notify(const std::string& room, const User& user) {
  parts_->backplane.signal(room, Signal::typing, user.id + ' ' + user.name);
}

// ---- from the backplane
// ----------------------------------------------------------------------------------------------

void RoomService::on_published(std::string_view name, std::string_view epoch, Offset first,
                               std::span<const std::string_view> bodies) {
  Room* const room = parts_->rooms.find(name);
  if (room == nullptr) return;
  if (is_traced(Hop::published)) {
    trace(Hop::published, {{"room", name}, {"epoch", epoch}, {"first", first}, {"messages", bodies.size()}});
  }
  for (const auto body : bodies) {
    room->log.offer(epoch, {first++, decode_body(body)});
  }
  if (!room->is_open()) return;
  parts_->repair.repair(*room);
  parts_->fan_out.touch(*room);
}

void RoomService::on_batch_end() {
  parts_->thread.in();
  parts_->fan_out.flush();
}

bool RoomService::is_full() const { return parts_->fan_out.is_congested(); }

void RoomService::on_signal(std::string_view name, Signal kind, std::string_view payload) {
  Room* const room = parts_->rooms.find(name);
  if (room == nullptr) return;
  if (kind == Signal::typing) {
    tell_typing(*room, payload);
  } else if (kind == Signal::presence) {
    parts_->presence.on_change(*room, payload);
  }
}

void RoomService::tell_typing(const Room& room, std::string_view payload) {
  const auto id = payload.substr(0, payload.find(' '));
  User from{std::string(id), std::string(payload.substr(std::min(payload.size(), id.size() + 1)))};
  if (!is_user_id(from.id) || !is_user_name(from.name)) return log_warn_rarely("junk_typing", {{"room", room.name}});
  std::string except = from.id;
  parts_->fan_out.tell_room(room, Typing{room.name, std::move(from)}, 0, std::move(except));
}

void RoomService::on_broadcast(std::string_view payload) { parts_->metering.on_broadcast(payload); }

void RoomService::on_available(StoreShard shard, bool is_available) {
  Parts& parts = *parts_;
  const bool is_first = parts.shards.set(shard, is_available);
  log_info(is_available ? "backplane_up" : "backplane_down", {{"shard", shard}, {"rooms", parts.rooms.size()}});
  if (!is_first) tell_availability(shard, is_available);
  if (!is_available) {
    if (shard == 0) parts.leases.on_away();
    return;
  }
  if (shard == 0) parts.leases.on_available();
  parts.repair.on_available(shard);
  parts.presence.on_available(is_first);
  parts.presence.resync(shard);
}

/// If there is only one shard, it concerns all sessions, also those without a room.
void RoomService::tell_availability(StoreShard shard, bool is_available) {
  Parts& parts = *parts_;
  if (parts.shards.is_only()) return parts.fan_out.tell_all(Degraded{is_available, {}});
  parts.rooms.for_each([&](const Room& room) {
    if (parts.shards.shard_of(room.name) == shard) parts.fan_out.tell_room(room, Degraded{is_available, room.name}, 1);
  });
}

}  // namespace chat
