// The hub, when something was missed or forged: holes, interruptions, another epoch, what Redis lost.
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "chat/base/log.hpp"
#include "chat/base/mutant.hpp"
#include "chat/rooms/hub.hpp"
#include "chat/rooms/shard_port.hpp"
#include "rooms/hub_room.hpp"

namespace chat {
namespace {

constexpr Offset kEnd = std::numeric_limits<Offset>::max();
constexpr Seconds kCheckEvery{1};
constexpr std::size_t kCheckRounds = 10;

}  // namespace

/// Starts whatever read of the store the log needs next; one at a time.
void Hub::repair(HubRoom& room) {
  if (room.repairing || !available_) return;
  if (room.log.has_unknown_epoch()) {
    reconcile(room);
  } else if (room.log.is_doubtful()) {
    audit(room);
  } else if (room.log.has_hole() || room.log.is_behind()) {
    refill(room);
  }
}

/// The top first, then what follows the last delivered message: what was held before and lies above that top was never
/// in the log.
void Hub::refill(HubRoom& room) {
  if (is_mutant("refill-off")) {
    room.log.refill(room.log.ask(), room.log.highest_held(), {});
    room.log.take_trimmed();
    return publish_deliverable(room);
  }
  room.repairing = true;
  const auto asked = room.log.ask();
  backends_.backplane().top(room.name, for_room<Position>(room, [this, asked](HubRoom& r, const Result<Position>& top) {
                              r.repairing = false;
                              if (!top) return;  // on_available() begins again
                              if (top->epoch != r.log.last().epoch) return reconcile(r);
                              refill(r, asked, top->offset);
                            }));
}

void Hub::refill(HubRoom& room, const RoomLog::Asked& asked, Offset top) {
  room.repairing = true;
  const HistoryQuery query{room.log.last().offset, kEnd, limits::kPageMessages, false};
  backends_.backplane().history(room.name, query,
                                for_room<std::vector<Message>>(
                                    room, [this, asked, top](HubRoom& r, const Result<std::vector<Message>>& messages) {
                                      r.repairing = false;
                                      if (!messages) return;  // on_available() begins again
                                      log_debug("refilled", {{"room", r.name}, {"messages", messages->size()}});
                                      r.log.refill(asked, top, *messages);
                                      publish_deliverable(r);
                                      repair(r);
                                    }));
}

void Hub::reconcile(HubRoom& room) { reconcile(room, room.log.ask(), {}); }

void Hub::reconcile(HubRoom& room, const RoomLog::Asked& asked, std::optional<Offset> forged) {
  if (is_mutant("no-position-check")) return;
  room.repairing = true;
  backends_.backplane().state(
      room.name, for_room<LogState>(room, [this, asked, forged](HubRoom& r, const Result<LogState>& state) {
        r.repairing = false;
        if (state) follow(r, asked, *state, forged);
      }));
}

/// Compares what was delivered and is remembered with the store, after a publication has contradicted it.
void Hub::audit(HubRoom& room) {
  room.repairing = true;
  const auto asked = room.log.ask();
  const HistoryQuery query{room.log.remembered_after(), asked.delivered.offset + 1, RoomLog::kRemembered, false};
  backends_.backplane().history(
      room.name, query,
      for_room<std::vector<Message>>(room, [this, asked](HubRoom& r, const Result<std::vector<Message>>& stored) {
        r.repairing = false;
        if (!stored) return;  // on_available() begins again
        reconcile(r, asked, r.log.first_forged(asked, *stored));
      }));
}

/// Goes on with the log as it is now, and tells the members what became of the one they know.
void Hub::follow(HubRoom& room, const RoomLog::Asked& asked, const LogState& state, std::optional<Offset> forged) {
  publish_deliverable(room);
  const bool diverged = room.log.last().epoch == state.top.epoch;
  const Standing standing = room.log.reconcile(asked, state, forged);
  if (standing.kind == Standing::Kind::rewound) {
    const auto log = diverged ? log_warn_rarely : log_warn;  // a divergence is made by who publishes junk
    log(diverged ? "log_diverged" : "log_rewound", {{"room", room.name}, {"to", standing.offset}});
    tell_room(room, Rewound{room.name, {state.top.epoch, standing.offset}}, 1);
  } else if (standing.kind == Standing::Kind::unknown) {
    log_warn("log_wiped", {{"room", room.name}});
    // Unless the journal is still to be asked what a restart has cost.
    if (!unchecked_.contains(room.name)) journal_.forget(room.name, state.top.epoch);
    tell_room(room, Reset{room.name, state.top.epoch, "wiped"}, 1);
  }
  publish_deliverable(room);
  repair(room);
}

/// Appends again what was acknowledged and is not in the log any more: Redis came back without its last second. Who
/// sends next in the meantime is told where to go on by the sender's count, so nothing overtakes what is missing. Of a
/// sender who moved within that second another node has the earlier part: that one has some seconds to bring it back.
void Hub::restore_lost() {
  for (const auto& name : std::set(unchecked_)) {
    backends_.backplane().state(name, [this, name](const Result<LogState>& state) {
      if (!state) return;  // check_rooms() begins again
      unchecked_.erase(name);
      const bool others_had_time = clock_.now() - available_since_ > Journal::kAge;
      for (auto& [lost, position] : journal_.take_lost(name, *state, restarted_)) {
        log_warn("restoring", {{"room", name}, {"sender", lost.sender}, {"n", lost.n}});
        lost.after_gap = others_had_time;
        append(lost, [this, lost, position](const std::string&, const Result<Appended>& appended) {
          if (appended) return;
          // Away again, full, or without what was before: check_rooms() begins again.
          journal_.add(lost, position, clock_.now());
          unchecked_.insert(lost.room);
        });
      }
    });
  }
}

void Hub::on_available(Availability availability) {
  const bool available = availability != Availability::away;
  available_ = available;
  log_info(available ? "backplane_up" : "backplane_down", {{"rooms", rooms_.size()}});
  if (was_available_) {
    presence_doubtful_ = available;
    to_shard::ToAll mail;
    for (std::size_t format = 0; format < format_count(); ++format) {
      mail.frames[format] = make_frame(Format(format), {}, Degraded{available});
    }
    for (ShardPort* shard : shards_) shard->post(mail);
  }
  was_available_ = true;
  if (!available) return;
  restarted_ = availability == Availability::restarted || (restarted_ && !unchecked_.empty());
  unchecked_ = journal_.rooms();
  restore_lost();
  leased_at_ = {};
  available_since_ = renewable_since_ = clock_.now();
  renew_lease();
  for (auto& [name, room] : rooms_) {
    if (room->is_open() && !room->repairing) reconcile(*room);
  }
  resync_presence();
}

/// The last message before a silence may be the one that was missed: nothing that follows shows the hole. So a tenth of
/// the rooms is compared with the store each second; a top that was ahead twice is refilled.
void Hub::check_rooms() {
  log_rare_counts();
  if (available_) {
    if (unchecked_.empty()) journal_.expire(clock_.now());
    restore_lost();
    usage_.expire(clock_.now());
    retry_presence();
    for (auto& replay : std::exchange(stalled_replays_, {})) handle(replay);
    const std::size_t buckets = rooms_.bucket_count();
    const std::size_t begin = buckets * check_round_ / kCheckRounds, end = buckets * (check_round_ + 1) / kCheckRounds;
    for (std::size_t bucket = begin; bucket < end; ++bucket) {
      for (auto room = rooms_.begin(bucket); room != rooms_.end(bucket); ++room) check(*room->second);
    }
    check_round_ = (check_round_ + 1) % kCheckRounds;
  }
  check_timer_.expires_after(kCheckEvery);
  check_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) check_rooms();
  });
}

void Hub::check(HubRoom& room) {
  if (!room.is_open() || room.repairing || is_mutant("no-position-check")) return;
  const auto asked = room.log.ask();
  backends_.backplane().top(
      room.name, for_room<Position>(room, [this, asked](HubRoom& r, const Result<Position>& top) {
        if (!top || r.repairing) return;
        const Position& last = r.log.last();
        const Offset ahead = std::exchange(r.seen_ahead, top->offset > last.offset ? top->offset : 0);
        const bool diverged = top->epoch == asked.delivered.epoch && top->offset < asked.delivered.offset;
        if (top->epoch != last.epoch || diverged) {
          reconcile(r);
        } else if (ahead > last.offset) {
          log_warn_rarely("silent_hole", {{"room", r.name}, {"after", last.offset}, {"top", top->offset}});
          refill(r);
        }
      }));
}

}  // namespace chat
