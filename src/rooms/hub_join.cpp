// The hub, who comes and goes: joins from a cursor or anew, replays, leaves.
#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "chat/base/assert.hpp"
#include "chat/rooms/hub.hpp"
#include "chat/rooms/shard_port.hpp"
#include "rooms/hub_room.hpp"

namespace chat {
namespace {

constexpr Offset kEnd = std::numeric_limits<Offset>::max();

}  // namespace

void Hub::handle(to_hub::Join& mail) {
  HubRoom& room = enter(mail.join.room);
  if (!mail.again) {
    ++room.members[mail.who.shard];
    ++room.speakers[std::size_t(mail.who.format)];
    person_entered(room, mail.user);
  }
  if (room.is_open()) return serve(room, std::move(mail));
  room.queue().requests.emplace_back(std::move(mail));
  if (room.phase == HubRoom::Phase::closed) open(room);
}

void Hub::serve(HubRoom& room, to_hub::Join join) {
  const Standing standing =
      join.join.cursor ? compare(*join.join.cursor, room.log.state()) : Standing{Standing::Kind::unknown};
  if (!join.join.cursor) return begin_anew(room, std::move(join), "");
  const bool is_ahead = standing.kind == Standing::Kind::current && standing.offset > room.log.last().offset;
  if (standing.kind != Standing::Kind::unknown && !is_ahead) return resume(room, std::move(join), standing);
  ask_store(room, std::move(join));
}

/// A cursor this node makes nothing of, or that lies ahead of it, may be newer than what it knows: in a silent room a
/// new life of the log goes unnoticed for some seconds. What lies ahead of the store, too, is in no log.
void Hub::ask_store(HubRoom& room, to_hub::Join join) {
  backends_.backplane().state(room.name,
                              for_room<LogState>(room, [this, asked = room.log.ask(), join = std::move(join)](
                                                           HubRoom& r, const Result<LogState>& state) {
                                if (!state) return refuse(r, join, state.error());
                                if (state->top.epoch != r.log.last().epoch && !r.repairing)
                                  follow(r, asked, *state, {});
                                Standing standing = compare(*join.join.cursor, r.log.state());
                                const Offset top = std::max(state->top.offset, r.log.last().offset);
                                if (standing.kind == Standing::Kind::current && standing.offset > top) {
                                  standing = {Standing::Kind::rewound, top};
                                }
                                if (standing.kind == Standing::Kind::unknown) return begin_anew(r, join, "wiped");
                                resume(r, join, standing);
                              }));
}

/// From the cursor on, in pages: the first in the answer, the others as the client takes them.
void Hub::resume(HubRoom& room, to_hub::Join join, Standing standing) {
  const HistoryQuery query{standing.offset, kEnd, limits::kReplayMessages, false};
  read(room, query,
       [this, join = std::move(join), standing](HubRoom& r, const Result<std::vector<Message>>& found) mutable {
         if (!found) return refuse(r, join, found.error());
         const bool whole =
             found->empty() ? standing.offset >= r.log.last().offset : found->front().offset == standing.offset + 1;
         if (!whole) return begin_anew(r, std::move(join), "trimmed");
         std::vector<Event> before;
         const Position start{r.log.last().epoch, standing.offset};
         if (standing.kind == Standing::Kind::rewound) before.emplace_back(Rewound{r.name, start});
         answer_join(r, join, std::move(before), true, *found, standing.offset);
       });
}

/// The newest messages; a client that had a cursor is told why it is not continued.
void Hub::begin_anew(HubRoom& room, to_hub::Join join, std::string_view reason) {
  const HistoryQuery query{0, kEnd, join.join.history, true};
  read(room, query, [this, join = std::move(join), reason](HubRoom& r, const Result<std::vector<Message>>& found) {
    if (!found) return refuse(r, join, found.error());
    std::vector<Event> before;
    if (join.join.cursor) before.emplace_back(Reset{r.name, r.log.last().epoch, reason});
    answer_join(r, join, std::move(before), false, *found, r.log.last().offset);
  });
}

/// When the messages end at the last one that was published to the members, the newcomer goes on with them without a
/// seam; else a replay follows.
void Hub::answer_join(HubRoom& room, const to_hub::Join& join, std::vector<Event> before, bool recovered,
                      std::vector<Message> messages, Offset start) {
  const Offset end = messages.empty() ? start : messages.back().offset;
  const std::size_t self = room.roster.contains(join.user.id) ? 0 : 1;
  shards_[join.who.shard]->post(to_shard::Admitted{
      join.who, join.id, std::move(before),
      Joined{room.name, {room.log.last().epoch, end}, recovered, std::move(messages), room.roster.count() + self},
      end < room.log.last().offset});
}

void Hub::handle(to_hub::ContinueReplay& mail) {
  HubRoom* room = find(mail.room);
  if (room == nullptr) return;
  const HistoryQuery query{mail.after, kEnd, limits::kReplayMessages, false};
  read(*room, query, [this, mail](HubRoom& r, const Result<std::vector<Message>>& found) {
    to_shard::Replayed page{mail.who, r.name, {}, mail.after, false, mail.replay};
    if (!found) {
      stalled_replays_.push_back(mail);  // the store is away: check_rooms() tries again
      return;
    }
    if (!found->empty()) {
      if (found->front().offset != mail.after + 1) {
        answer(mail.who, {}, Reset{r.name, r.log.last().epoch, "trimmed"});
      }
      page.end = found->back().offset;
      page.frames = encode_batch(r, mail.who.format, *found);
    }
    page.last = page.end == r.log.last().offset || found->empty();
    shards_[mail.who.shard]->post(std::move(page));
  });
}

/// Messages of a range up to what has been published, from memory where possible, else from the store.
/// A store that twice ends below them has lost them, or they were forged: the reader gets what there is.
void Hub::read(HubRoom& room, HistoryQuery query, MessagesFound found, bool is_retry) {
  publish_deliverable(room);
  if (auto messages = room.log.remembered(query.after, query.before, query.limit, query.newest)) {
    return found(room, std::move(*messages));
  }
  backends_.backplane().history(
      room.name, query,
      for_room<std::vector<Message>>(room, [this, query, found = std::move(found), asked = room.log.ask(), is_retry](
                                               HubRoom& r, Result<std::vector<Message>> messages) {
        publish_deliverable(r);
        if (!messages) return found(r, messages);
        if (!join_published(r, query, *messages)) {
          const bool falls_short = messages->back().offset < asked.delivered.offset;
          if (!falls_short || !is_retry) return read(r, query, found, falls_short);
          if (!r.repairing && available_) reconcile(r);
        }
        found(r, messages);
      }));
}

/// Makes what was read from the store end where the published messages do, which may have gone on meanwhile. False when
/// it does not reach to what is remembered of them any more.
bool Hub::join_published(HubRoom& room, const HistoryQuery& query, std::vector<Message>& messages) {
  const Offset last = room.log.last().offset;
  std::erase_if(messages, [last](const Message& message) { return message.offset > last; });
  const bool is_cut = !query.newest && messages.size() >= query.limit;
  if (messages.empty() || is_cut || query.before <= last) return true;
  const auto rest = room.log.remembered(messages.back().offset, kEnd, std::numeric_limits<std::uint32_t>::max(), false);
  if (!rest) return false;
  messages.insert(messages.end(), rest->begin(), rest->end());
  room.log.remember_older(messages);
  return true;
}

void Hub::handle(to_hub::Leave& mail) {
  HubRoom* room = find(mail.room);
  if (room == nullptr) return;
  if (room->waiting)
    std::erase_if(room->waiting->requests, [&](const HubRoom::Request& request) {
      const auto& [who, id] =
          std::visit([](const auto& waiting) { return std::tie(waiting.who, waiting.id); }, request);
      if (who != mail.who) return false;
      answer(who, id, Failure{ErrorCode::not_joined, "the room was left before the join was done"});
      return true;
    });
  CHAT_ASSERT(room->members[mail.who.shard] > 0);
  --room->members[mail.who.shard];
  --room->speakers[std::size_t(mail.who.format)];
  person_left(*room, mail.user);
  if (room->member_count() > 0) return;
  depart(*room);
  close(*room);
}

}  // namespace chat
