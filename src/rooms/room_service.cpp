#include "chat/rooms/room_service.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/base/trace.hpp"
#include "chat/codec/json/json_check.hpp"
#include "chat/core/limits.hpp"
#include "rooms/room_service_parts.hpp"

namespace chat {
namespace {

constexpr Seconds kCheckEvery{1};

}  // namespace

RoomService::RoomService(boost::asio::io_context& loop, ClusterServices& backends, NodeInstance instance,
                         const UsageLimits& limits, const Clock& clock)
    : parts_(std::make_unique<Parts>(loop, backends, std::move(instance), limits, clock)) {}

RoomService::~RoomService() = default;

void RoomService::attach(ShardPort& shard) { parts_->fan_out.attach(shard); }

void RoomService::watch(RoomWatch& watch) { parts_->watch = &watch; }

void RoomService::trace_to(TraceSink& traces) { parts_->traces = &traces; }

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
  parts_->hops.expire(parts_->clock.unix_us());
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

// ---- requests -----------------------------------------------------------------------------------------------------

void RoomService::join(JoinRequest request, Completion<JoinAnswer> done) {
  const auto [room, is_new] = parts_->rooms.enter(request.join.room, parts_->fan_out.shard_count());
  if (is_new) parts_->presence.adopt(room);
  room.settings = request.settings;
  if (!request.again) {
    room.audience.add(request.session);
    parts_->presence.enter(room, request.user);
  }
  if (parts_->watch != nullptr && !room.is_occupied) {
    done = [this, name = room.name, done = std::move(done)](Result<JoinAnswer> answer) {
      if (answer) tell_occupied(name);
      done(std::move(answer));
    };
  }
  if (room.is_open()) return parts_->joins.join(room, std::move(request), std::move(done));
  const SessionRef session = request.session;
  parts_->opener.open(room, session,
                      [this, request = std::move(request), done = std::move(done)](Result<Room*> opened) mutable {
                        if (!opened) return done(opened.error());
                        parts_->joins.join(**opened, std::move(request), std::move(done));
                      });
}

/// A room that lets nobody in is not occupied.
void RoomService::tell_occupied(const std::string& name) {
  Room* const room = parts_->rooms.find(name);
  if (room != nullptr && !std::exchange(room->is_occupied, true)) parts_->watch->on_room(name, true);
}

void RoomService::continue_replay(ReplayRequest request, Completion<ReplayPage> done) {
  parts_->joins.continue_replay(std::move(request), std::move(done));
}

void RoomService::leave(const SessionRef& session, const std::string& name, const User& user) {
  parts_->thread.in();
  Room* const room = parts_->rooms.find(name);
  if (room == nullptr) return;
  parts_->opener.cancel(*room, session);
  Joins::leave(*room, session, user);
  room->audience.remove(session);
  parts_->presence.leave(*room, user);
  if (room->audience.count() > 0) return;
  parts_->presence.retire(*room);
  if (room->is_occupied) parts_->watch->on_room(name, false);
  parts_->opener.close(*room);
}

void RoomService::rename(const std::string& name, const User& before, const User& user) {
  Room* const room = parts_->rooms.find(name);
  if (room == nullptr) return;
  if (before.id != user.id) Joins::leave_seat(*room, before);
  parts_->presence.rename(*room, before, user);
}

void RoomService::publish(Append append, const std::optional<Payer>& payer, Completion<Ack> done) {
  parts_->publisher.publish(std::move(append), payer, std::move(done));
}

std::optional<Failure> RoomService::charge(const Append& append, const Payer& payer) {
  return parts_->publisher.charge(append, payer);
}

void RoomService::find(const Append& append, Completion<Ack> done) { parts_->publisher.find(append, std::move(done)); }

void RoomService::history(const ReadHistory& request, Completion<Page> done, Caller caller) {
  parts_->opener.when_open(parts_->rooms.find(request.room), std::move(caller),
                           [this, request, done = std::move(done)](Result<Room*> room) mutable {
                             if (!room) return done(room.error());
                             parts_->reader.read_page(**room, request, std::move(done));
                           });
}

void RoomService::read_trace(const ReadTrace& request, Completion<MessageTrace> done, Caller caller) {
  if (parts_->traces == nullptr) return done(Failure{ErrorCode::not_found, "this node keeps no traces"});
  parts_->opener.when_open(
      parts_->rooms.find(request.room), std::move(caller), [this, request, done = std::move(done)](Result<Room*> room) {
        if (!room) return done(room.error());
        const Position position{(*room)->log.last().epoch, request.offset};
        parts_->traces->read(request.room, position,
                             [room = request.room, position, done](Result<std::vector<std::string>> hops) {
                               if (!hops) return done(hops.error());
                               done(MessageTrace{room, position, *std::move(hops)});
                             });
      });
}

void RoomService::on_taken(Intake intake, const Ack& ack) {
  if (parts_->traces == nullptr) return;
  report_taken(*parts_->traces, std::move(intake), ack.position, ack.duplicate, parts_->clock.unix_us());
}

void RoomService::on_written(const WrittenBatch& batch) { parts_->hops.written(batch); }

void RoomService::members(const std::string& name, Completion<Members> done, Caller caller) {
  parts_->opener.when_open(parts_->rooms.find(name), std::move(caller), [done = std::move(done)](Result<Room*> room) {
    if (!room) return done(room.error());
    if (!(*room)->attendance.is_known) {
      return done(Failure{ErrorCode::unavailable, "the store has not told who is here, try again", Seconds{1}});
    }
    const Roster& roster = (*room)->attendance.roster;
    const bool has_list = (*room)->settings.presence == RoomSettings::Presence::lists;
    done(
        Members{(*room)->name, roster.version(), roster.members(has_list ? limits::kPeopleListed : 0), roster.count()});
  });
}

void RoomService::notify(const std::string& room, const User& user) {
  parts_->backplane.signal(room, Signal::typing, user.id + ' ' + user.name);
}

void RoomService::tell(const std::string& room, std::string_view event, std::string_view data) {
  parts_->backplane.signal(room, Signal::notice, encode_notice(event, data));
}

// ---- from the backplane -------------------------------------------------------------------------------------------

void RoomService::on_published(std::string_view name, std::string_view epoch, Offset first,
                               std::span<const std::string_view> bodies) {
  Room* const room = parts_->rooms.find(name);
  if (room == nullptr) return;
  if (is_traced(Hop::published)) {
    trace(Hop::published, {{"room", name}, {"epoch", epoch}, {"first", first}, {"messages", bodies.size()}});
  }
  Offset next = first;
  for (const auto body : bodies) {
    room->log.offer(epoch, {next++, decode_body(body)});
  }
  if (room->log.has_traced()) [[unlikely]]
    parts_->hops.heard(name, first, bodies, parts_->clock.unix_us());
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
  } else if (kind == Signal::notice) {
    tell_notice(*room, payload);
  }
}

void RoomService::tell_typing(const Room& room, std::string_view payload) {
  const auto id = payload.substr(0, payload.find(' '));
  User from{std::string(id), std::string(payload.substr(std::min(payload.size(), id.size() + 1)))};
  if (!is_user_id(from.id) || !is_user_name(from.name))
    return log_warn_rarely("junk_publication", {{"what", "typing"}, {"where", room.name}});
  std::string except = from.id;
  parts_->fan_out.tell_room(room, Typing{room.name, std::move(from)}, 0, std::move(except));
}

void RoomService::tell_notice(const Room& room, std::string_view payload) {
  auto notice = decode_notice(payload);
  if (!notice || validate_json(notice->data))
    return log_warn_rarely("junk_publication", {{"what", "notice"}, {"where", room.name}});
  notice->room = room.name;
  std::string except = std::move(notice->except);
  parts_->fan_out.tell_room(room, *std::move(notice), 0, std::move(except));
}

void RoomService::on_broadcast(std::string_view payload) { parts_->metering.on_broadcast(payload); }

void RoomService::on_available(StoreShard shard, bool is_available) {
  Parts& parts = *parts_;
  const bool is_first = parts.shards.set(shard, is_available);
  if (is_available) {
    log_info("backplane_up", {{"shard", shard}, {"rooms", parts.rooms.size()}});
  } else {
    log_warn("backplane_down", {{"shard", shard}, {"rooms", parts.rooms.size()}});
  }
  if (!is_first) tell_availability(shard, is_available);
  if (shard == 0 && parts.watch != nullptr) is_available ? parts.watch->on_doubt() : parts.watch->on_away();
  if (!is_available) {
    if (!parts.shards.is_any_available()) parts.leases.on_away();
    return;
  }
  parts.leases.on_available();
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
