#include "rooms/joins.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "chat/base/metrics.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/policy.hpp"
#include "rooms/batch.hpp"

namespace chat {
namespace {

using Messages = LogReader::Messages;

constexpr const char* kRecoveriesHelp = "Joins with a cursor: continued, or begun anew";
Counter recoveries{"chat_recoveries_total{result=\"recovered\"}", kRecoveriesHelp};
Counter restarts{"chat_recoveries_total{result=\"begun_anew\"}", kRecoveriesHelp};

}  // namespace

void Joins::join(Room& room, JoinRequest request, Completion<JoinAnswer> done) {
  if (!has_seat(room, request.user)) {
    return done(Failure{ErrorCode::forbidden, "this room is full"});
  }
  if (!request.may_create && !request.again && room.log.last().offset == 0) {
    return done(closed_room());
  }
  Joining joining{std::move(request), std::make_shared<Completion<JoinAnswer>>(std::move(done))};
  room.admissions.pending.push_back({joining.request.session, joining.done});
  const auto& cursor = joining.request.join.cursor;
  if (!cursor) return begin_anew(room, std::move(joining), "");
  const ResumeCheck check = compare(*cursor, room.log.state());
  const bool is_ahead = check.offset > room.log.last().offset;
  if (check.kind != ResumeCheck::Kind::unknown && !is_ahead) return resume(room, std::move(joining), check);
  ask_store(room, std::move(joining));
}

/// A cursor that this node does not know, or that is ahead of it, may be newer than its log: in a silent room a new
/// epoch goes unnoticed for some seconds. A cursor ahead of the store, too, is in no log. If the node is behind, the
/// client waits: it would get the messages up to its cursor again when they are delivered here.
void Joins::ask_store(Room& room, Joining joining) {
  repair_.ask(room, [this, joining = std::move(joining)](Room& r, const Result<LogState>& state) {
    if (!state) return answer(r, joining, state.error());
    ResumeCheck check = compare(*joining.request.join.cursor, r.log.state());
    const Offset top = std::max(state->top.offset, r.log.last().offset);
    if (check.kind == ResumeCheck::Kind::current && check.offset > top) check = {ResumeCheck::Kind::rewound, top};
    if (check.kind == ResumeCheck::Kind::unknown) return begin_anew(r, joining, "wiped");
    if (check.offset <= r.log.last().offset) return resume(r, joining, check);
    repair_.catch_up(r, check.offset, [this, joining](Room& room_behind, const Result<bool>& caught_up) {
      if (!caught_up) return answer(room_behind, joining, caught_up.error());
      ask_store(room_behind, joining);
    });
  });
}

/// Begins a replay after the cursor: its first page is in the answer.
void Joins::resume(Room& room, Joining joining, ResumeCheck check) {
  const HistoryQuery query{check.offset, kEnd, limits::kReplayMessages, false};
  reader_.read(room, query,
               [this, joining = std::move(joining), check](Room& r, const Result<Messages>& found) mutable {
                 if (!found) return answer(r, joining, found.error());
                 const bool whole =
                     found->empty() ? check.offset >= r.log.last().offset : found->front().offset == check.offset + 1;
                 if (!whole) return begin_anew(r, std::move(joining), "trimmed");
                 std::vector<Event> before;
                 const Position start{r.log.last().epoch, check.offset};
                 if (check.kind == ResumeCheck::Kind::rewound) before.emplace_back(Rewound{r.name, start});
                 admit(r, joining, std::move(before), true, *found, check.offset);
               });
}

/// Answers with the newest messages. `reason`: why the client's cursor, if it had one, is not continued.
void Joins::begin_anew(Room& room, Joining joining, std::string_view reason) {
  const HistoryQuery query{0, kEnd, joining.request.join.history, true};
  reader_.read(room, query, [joining = std::move(joining), reason](Room& r, const Result<Messages>& found) {
    if (!found) return answer(r, joining, found.error());
    std::vector<Event> before;
    if (joining.request.join.cursor) before.emplace_back(Reset{r.name, r.log.last().epoch, reason});
    admit(r, joining, std::move(before), false, *found, r.log.last().offset);
  });
}

/// If the messages end at the last one that was published to the members, the session goes on with the next
/// publication; else a replay follows.
void Joins::admit(Room& room, const Joining& joining, std::vector<Event> before, bool recovered,
                  std::vector<Message> messages, Offset start) {
  if (joining.request.join.cursor) (recovered ? recoveries : restarts).add();
  const Offset end = messages.empty() ? start : messages.back().offset;
  const Roster& roster = room.attendance.roster;
  const bool tells = room.settings.presence != RoomSettings::Presence::off;
  const std::size_t members = !tells ? 0 : roster.count() + (roster.contains(joining.request.user.id) ? 0 : 1);
  answer(room, joining,
         JoinAnswer{std::move(before),
                    {room.name, {room.log.last().epoch, end}, recovered, std::move(messages), members},
                    end < room.log.last().offset});
}

void Joins::answer(Room& room, const Joining& joining, Result<JoinAnswer> answer) {
  std::erase_if(room.admissions.pending, [&](const auto& pending) { return pending.done == joining.done; });
  if (const auto done = std::exchange(*joining.done, nullptr)) done(std::move(answer));
}

/// The roster has a user when the store and this node have been told of it, so this node counts those that it has let
/// in since. Another node may let in as many in that moment.
bool Joins::has_seat(Room& room, const User& user) {
  const std::uint32_t max_members = room.settings.max_members;
  const Roster& roster = room.attendance.roster;
  if (max_members == 0 || roster.contains(user.id)) return true;
  auto& seats = room.admissions.seats;
  std::erase_if(seats, [&roster](const std::string& id) { return roster.contains(id); });
  if (std::find(seats.begin(), seats.end(), user.id) != seats.end()) return true;
  if (roster.count() + seats.size() >= max_members) return false;
  seats.push_back(user.id);
  return true;
}

void Joins::leave(Room& room, const SessionRef& session, const User& user) {
  leave_seat(room, user);
  std::erase_if(room.admissions.pending, [&](const auto& pending) {
    if (pending.session != session) return false;
    std::exchange(*pending.done, nullptr)(Failure{ErrorCode::not_joined, "the room was left before the join was done"});
    return true;
  });
}

void Joins::continue_replay(ReplayRequest request, Completion<ReplayPage> done) {
  Room* const room = rooms_.find(request.room);
  if (room == nullptr) return done(Failure{ErrorCode::not_joined, "join the room first"});
  const HistoryQuery query{request.after, kEnd, limits::kReplayMessages, false};
  reader_.read(*room, query,
               [this, request = std::move(request), done = std::move(done)](Room& r, const Result<Messages>& found) {
                 if (!found) {
                   stalled_.emplace_back(request, done);
                   return;
                 }
                 ReplayPage page;
                 page.end = request.after;
                 if (!found->empty()) {
                   if (found->front().offset != request.after + 1)
                     page.reset = Reset{r.name, r.log.last().epoch, "trimmed"};
                   page.end = found->back().offset;
                   page.frames = encode_batch(r, request.session.format, *found);
                 } else if (request.after < r.log.last().offset) {
                   page.reset = Reset{r.name, r.log.last().epoch, "trimmed"};
                   page.end = r.log.last().offset;
                 }
                 page.last = page.end == r.log.last().offset || found->empty();
                 done(std::move(page));
               });
}

void Joins::continue_stalled() {
  for (auto& [request, done] : std::exchange(stalled_, {})) continue_replay(std::move(request), std::move(done));
}

}  // namespace chat
