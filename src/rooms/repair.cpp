#include "rooms/repair.hpp"

#include <limits>
#include <utility>
#include <vector>

#include "chat/base/log.hpp"
#include "chat/base/metrics.hpp"
#include "chat/base/mutant.hpp"
#include "chat/core/limits.hpp"

namespace chat {
namespace {

Counter gaps{"chat_gaps_total", "Reads of the store because a publication did not arrive, or arrived late"};
Counter rewinds{"chat_rewinds_total", "Logs that lost their last messages"};
Counter wiped{"chat_resets_total{reason=\"wiped\"}", "Logs that began anew for their members"};

}  // namespace

void Repair::on_available(StoreShard shard) {
  rooms_.for_each_open([this, shard](Room& room) {
    if (shards_.shard_of(room.name) == shard) compare_soon(room);
  });
}

void Repair::repair(Room& room) {
  if (room.checks.is_reading || !room.log.needs_read() || !shards_.is_available(room.name)) return;
  if (!room.checks.waiting.empty()) return answer_waiting(room);  // between the pages of a long refill
  if (room.log.has_unknown_epoch()) {
    reconcile(room);
  } else if (room.log.is_doubtful()) {
    audit(room);
  } else {
    refill(room);
  }
}

void Repair::compare_soon(Room& room) {
  if (!room.checks.is_reading && shards_.is_available(room.name)) reconcile(room);
}

/// Begins the one read of the room. Joins that wait for its end are answered then.
template <class Value, class Action>
Completion<Value> Repair::reading(Room& room, Action action) {
  room.checks.is_reading = true;
  return rooms_.for_room<Value>(room, [this, action = std::move(action)](Room& r, const Result<Value>& found) {
    r.checks.is_reading = false;
    action(r, found);
    answer_waiting(r);
    if (!found) {
      answer_behind(r, found.error());
    } else if (!r.checks.is_reading && !r.log.needs_read()) {
      answer_behind(r, true);
    }
  });
}

void Repair::catch_up(Room& room, Offset top, Room::Checks::CaughtUp done) {
  room.log.expect(top);
  room.checks.behind.push_back(std::move(done));
  if (!shards_.is_available(room.name))
    return answer_behind(room, Failure{ErrorCode::unavailable, "the store does not answer"});
  repair(room);
}

void Repair::answer_behind(Room& room, const Result<bool>& outcome) {
  for (const auto& done : std::exchange(room.checks.behind, {})) done(room, outcome);
}

void Repair::ask(Room& room, Room::Checks::Known done) {
  room.checks.waiting.push_back(std::move(done));
  answer_waiting(room);
}

void Repair::answer_waiting(Room& room) {
  if (room.checks.is_reading || room.checks.waiting.empty()) return;
  const auto asked = room.log.ask();
  const auto answer = [this, asked, waiting = std::exchange(room.checks.waiting, {})](Room& r, const auto& state) {
    if (state && state->top.epoch != r.log.last().epoch) follow(r, asked, *state);
    for (const auto& done : waiting) done(r, state);
    repair(r);
  };
  backplane_.state(room.name, reading<LogState>(room, answer));
}

/// Reads the top first, then the messages after the last delivered one. A message that was buffered before the first
/// read and lies above that top was never in the log.
void Repair::refill(Room& room) {
  gaps.add();
  if (is_mutant("refill-off")) {
    room.log.refill(room.log.ask(), room.log.highest_buffered(), {});
    room.log.take_trimmed();
    return fan_out_.publish(room);
  }
  const auto asked = room.log.ask();
  backplane_.top(room.name, reading<Position>(room, [this, asked](Room& r, const Result<Position>& top) {
                   if (!top) return;  // on_available() begins again
                   if (top->epoch != r.log.last().epoch) return reconcile(r);
                   refill(r, asked, top->offset);
                 }));
}

void Repair::refill(Room& room, const RoomLog::Asked& asked, Offset top) {
  const HistoryQuery query{room.log.last().offset, kEnd, limits::kPageMessages, false};
  using Messages = std::vector<Message>;
  backplane_.history(room.name, query,
                     reading<Messages>(room, [this, asked, top](Room& r, const Result<Messages>& messages) {
                       if (!messages) return;  // on_available() begins again
                       log_debug("refilled", {{"room", r.name}, {"messages", messages->size()}});
                       r.log.refill(asked, top, *messages);
                       fan_out_.publish(r);
                       repair(r);
                     }));
}

void Repair::reconcile(Room& room) { reconcile(room, room.log.ask(), {}); }

void Repair::reconcile(Room& room, const RoomLog::Asked& asked, std::optional<Offset> forged) {
  if (is_mutant("no-position-check")) return;
  backplane_.state(room.name, reading<LogState>(room, [this, asked, forged](Room& r, const Result<LogState>& state) {
                     if (state) follow(r, asked, *state, forged);
                   }));
}

/// A publication has contradicted a delivered message: compares the recent messages with the store.
void Repair::audit(Room& room) {
  const auto asked = room.log.ask();
  const HistoryQuery query{room.log.recent().before_oldest(), asked.delivered.offset + 1, RecentMessages::kMax, false};
  using Messages = std::vector<Message>;
  backplane_.history(room.name, query, reading<Messages>(room, [this, asked](Room& r, const Result<Messages>& stored) {
                       if (!stored) return;  // on_available() begins again
                       const auto forged = r.log.recent().first_difference(*stored, asked.delivered.offset);
                       reconcile(r, asked, forged);
                     }));
}

/// Goes on with the log as the store has it now, and tells the members how their log was changed.
void Repair::follow(Room& room, const RoomLog::Asked& asked, const LogState& state, std::optional<Offset> forged) {
  fan_out_.publish(room);
  const bool diverged = room.log.last().epoch == state.top.epoch;
  const ResumeCheck check = room.log.reconcile(asked, state, forged);
  if (check.kind == ResumeCheck::Kind::rewound) {
    const auto log = diverged ? log_warn_rarely : log_warn;  // any publisher of junk can cause a divergence
    log(diverged ? "log_diverged" : "log_rewound", {{"room", room.name}, {"to", check.offset}});
    rewinds.add();
    fan_out_.tell_room(room, Rewound{room.name, {state.top.epoch, check.offset}}, 1);
  } else if (check.kind == ResumeCheck::Kind::unknown) {
    log_warn("log_wiped", {{"room", room.name}});
    wiped.add();
    fan_out_.tell_room(room, Reset{room.name, state.top.epoch, "wiped"}, 1);
  }
  fan_out_.publish(room);
  repair(room);
}

void Repair::check_rooms() {
  rooms_.for_each_in_slice(round_, kRounds, [this](Room& room) { check(room); });
  round_ = (round_ + 1) % kRounds;
}

/// A top that is ahead at two checks is a message that did not arrive.
void Repair::check(Room& room) {
  if (!room.is_open() || room.checks.is_reading || is_mutant("no-position-check")) return;
  if (!shards_.is_available(room.name)) return;
  const auto asked = room.log.ask();
  backplane_.top(room.name, rooms_.for_room<Position>(room, [this, asked](Room& r, const Result<Position>& top) {
    if (!top || r.checks.is_reading) return;
    const Position& last = r.log.last();
    const Offset ahead = std::exchange(r.checks.seen_ahead, top->offset > last.offset ? top->offset : 0);
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
