#include "chat/sessions/shard.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "chat/base/assert.hpp"
#include "chat/base/digest.hpp"
#include "chat/base/metrics.hpp"
#include "chat/base/trace.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/transport.hpp"

namespace chat {
namespace {

constexpr Seconds kTick{1};
constexpr std::uint64_t kAliveTicks = 25;  // each session is looked at once in so many ticks
constexpr Seconds kReplayPause{1};
constexpr std::size_t kMovesPerTurn = 64;
// A request goes to the rooms and the answer comes back, each in the mail: written after that, welcome and
// joined, or an acknowledgement and the message itself, leave together.
constexpr int kHops = 2;
Histogram loop_lag{"chat_loop_lag_seconds",
                   "How late the loop of a shard comes to its clock, looked at once a second",
                   {100, 1'000, 5'000, 10'000, 50'000, 100'000, 500'000, 1'000'000}};
constexpr CloseReason kLeaving{CloseCode::restart, "this node is leaving, come back"};

}  // namespace

Shard::Shard(std::uint32_t index, boost::asio::io_context& context, RoomMailbox& rooms, const SessionSettings& settings,
             RateTable& rates, const Clock& clock)
    : context_(context),
      index_(index),
      room_mailbox_(rooms),
      settings_(settings),
      rates_(rates),
      clock_(clock),
      mailbox_(context_,
               [this](std::vector<ShardMail>& batch) {
                 thread_.in();
                 for (auto& mail : batch) std::visit([this](auto& m) { handle(m); }, mail);
               }),
      tick_timer_(context_),
      read_buffer_(std::make_unique_for_overwrite<std::array<char, 128 * 1024>>()) {}

void Shard::start() {
  tick_timer_.expires_after(kTick);
  tick_timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    const auto late = std::chrono::steady_clock::now() - tick_timer_.expiry();
    loop_lag.observe(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(late).count()));
    tick();
    start();
  });
}

SessionRef Shard::add(Session& session, Format format, Seconds greeting) {
  std::uint32_t slot = static_cast<std::uint32_t>(slots_.size());
  if (free_slots_.empty()) {
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[slot].session = &session;
  session_count_.fetch_add(1, std::memory_order_relaxed);
  const SessionRef who{index_, slot, slots_[slot].generation, format};
  greetings_.add(who, clock_.now(), greeting);
  return who;
}

void Shard::remove(Session& session) {
  Slot& slot = slots_[session.ref_.slot];
  CHAT_ASSERT(slot.session == &session);
  slot.session = nullptr;
  ++slot.generation;
  free_slots_.push_back(session.ref_.slot);
  session_count_.fetch_sub(1, std::memory_order_relaxed);
  if (session.dirty_) std::erase(dirty_, &session);
}

Session* Shard::find(SessionRef who) {
  const Slot& slot = slots_[who.slot];
  return slot.generation == who.generation ? slot.session : nullptr;
}

LocalRoom& Shard::attach(const std::string& room) {
  const auto [place, is_new] = rooms_.try_emplace(room);
  if (is_new) place->second = std::make_unique<LocalRoom>(LocalRoom{place->first, 0, {}});
  ++place->second->sessions;
  return *place->second;
}

void Shard::detach(LocalRoom& room) {
  if (--room.sessions == 0) rooms_.erase(rooms_.find(room.name));
}

std::uint32_t Shard::enter(LocalRoom& room, Session& session) {
  room.members.push_back(&session);
  return static_cast<std::uint32_t>(room.members.size() - 1);
}

void Shard::leave(LocalRoom& room, std::uint32_t index) {
  CHAT_ASSERT(index < room.members.size());
  room.members[index] = room.members.back();
  room.members.pop_back();
  if (index < room.members.size()) room.members[index]->memberships().moved(room, index);
}

void Shard::mark_dirty(Session& session) {
  if (std::exchange(session.dirty_, true)) return;
  if (dirty_.empty()) flush_after(kHops);
  dirty_.push_back(&session);
}

void Shard::keep_alive_later(const Session& session, Milliseconds after) {
  if (after >= kTick) return keepalives_.add(session.ref(), clock_.now(), after);
  const auto timer = std::make_shared<boost::asio::steady_timer>(context_, after);  // finer than the clockwork
  timer->async_wait([this, timer, who = session.ref()](boost::system::error_code) { keep_alive(who); });
}

void Shard::keep_alive(SessionRef who) {
  Session* const session = find(who);
  if (session != nullptr && !session->is_closing()) session->dialogue().keep_alive(*session, clock_.now());
}

void Shard::replay_later(const Session& session) { replays_.add(session.ref(), clock_.now(), kReplayPause); }

void Shard::flush_after(int hops) {
  boost::asio::post(context_, [this, hops] { hops > 0 ? flush_after(hops - 1) : flush(); });
}

void Shard::flush() {
  thread_.in();
  if (is_traced(Hop::flushed)) trace(Hop::flushed, {{"shard", index_}, {"sessions", dirty_.size()}});
  if (writer_ != nullptr) writer_->begin_batch(dirty_.size());
  // A flush may end a session and so take another out of the list, but never adds one.
  while (!dirty_.empty()) {
    Session* session = dirty_.back();
    dirty_.pop_back();
    session->dirty_ = false;
    if (!session->corked_) session->transport_.flush(session->outbox_);
  }
  if (writer_ != nullptr) writer_->end_batch();
  if (!traced_.empty()) [[unlikely]]
    tell_written();
}

void Shard::note_traced(const to_shard::ToRoom& mail) {
  const Offset last = mail.last.offset;
  traced_.push_back({mail.room, last + 1 - std::min<Offset>(last, mail.messages), last});
  if (dirty_.empty()) flush_after(kHops);
}

void Shard::tell_written() {
  for (auto& batch : traced_) {
    batch.at = clock_.unix_us();
    if (const auto place = rooms_.find(batch.room); place != rooms_.end()) {
      const auto& members = place->second->members;
      batch.sockets = members.size();
      batch.laggards = static_cast<std::size_t>(
          std::count_if(members.begin(), members.end(), [](Session* member) { return !member->outbox().empty(); }));
    }
    room_mailbox_.post(std::move(batch));
  }
  traced_.clear();
}

void Shard::tick() {
  thread_.in();
  const Instant now = clock_.now();
  greetings_.take_due(now, [this](SessionRef who) {
    Session* session = find(who);
    if (session == nullptr || session->person().is_greeted()) return;
    session->close({CloseCode::hello_timeout, session->dialogue().greeting().missing});
  });
  keepalives_.take_due(now, [this](SessionRef who) { keep_alive(who); });
  alarms_.take_due(now, [this](SessionRef who, Instant due) {
    if (Session* session = find(who)) session->token().on_alarm(*session, due);
  });
  replays_.take_due(now, [this](SessionRef who) {
    if (Session* session = find(who)) session->memberships().on_drained(*session);
  });
  std::erase_if(departures_, [this, now](const Departure& departure) {
    if (departure.moment > now) return false;
    if (Session* session = find(departure.who)) session->close(kLeaving);
    return true;
  });
  ++ticks_;
  for (std::size_t slot = ticks_ % kAliveTicks; slot < slots_.size(); slot += kAliveTicks) {
    Session* const session = slots_[slot].session;
    if (session != nullptr && !session->is_closing()) session->dialogue().check_alive(*session, now);
  }
}

// ---- mail --------------------------------------------------------------------------------------------------------

void Shard::handle(to_shard::Answer& mail) {
  if (Session* session = find(mail.session)) session->send(mail.id, mail.event);
}

void Shard::handle(to_shard::Admitted& mail) {
  if (Session* session = find(mail.session)) session->memberships().on_admitted(*session, mail);
}

void Shard::handle(to_shard::Replayed& mail) {
  if (Session* session = find(mail.session)) session->memberships().on_replayed(*session, mail);
}

void Shard::handle(to_shard::JoinRefused& mail) {
  if (Session* session = find(mail.session)) session->memberships().on_join_refused(*session, mail);
}

void Shard::handle(to_shard::ToRoom& mail) {
  const auto place = rooms_.find(mail.room);
  if (place == rooms_.end()) return;
  if (mail.last.offset > 0) place->second->last = std::move(mail.last);
  const bool ephemeral = mail.messages == 0;
  const auto& members = place->second->members;
  const std::string& except = mail.except_user;
  const std::string except_bytes = from_base32(except);
  for (Session* member : members) {
    if (!except.empty() && member->person().is(except, except_bytes)) continue;
    if (mail.for_watchers && !member->memberships().may(mail.room, Right::presence)) continue;
    if (const auto& frame = mail.frames.in(member->format())) member->send(frame, ephemeral);
  }
  deliveries_.fetch_add(mail.messages * members.size(), std::memory_order_relaxed);
  if (mail.is_traced) [[unlikely]]
    note_traced(mail);
}

void Shard::handle(to_shard::ToAll& mail) {
  for (const auto& slot : slots_) {
    if (slot.session == nullptr) continue;
    if (const auto& frame = mail.frames.in(slot.session->format())) slot.session->send(frame, false);
  }
}

void Shard::handle(to_shard::Drain& mail) {
  draining_ = true;
  ask_to_move(0, mail.over);
}

void Shard::handle(to_shard::Move& mail) { ask_to_move(0, mail.over); }

/// Each client gets a moment of its own to come back, spread over the time there is, so that they do not all come at
/// once. Some at a time, so that those who talk meanwhile do not wait behind thousands who are told to go. Clients
/// that come back only when they are closed, and at once, are closed at their moment; but not by a node that stays,
/// because they may give up after a few tries if no node can serve them.
void Shard::ask_to_move(std::size_t from, Milliseconds over) {
  std::uniform_int_distribution<Milliseconds::rep> moment(0, over.count());
  const std::size_t end = std::min(from + kMovesPerTurn, slots_.size());
  for (; from < end; ++from) {
    Session* session = slots_[from].session;
    if (session == nullptr) continue;
    const Milliseconds after(moment(jitter_));
    session->send({}, Reconnect{after});
    if (draining_ && session->dialogue().moves_when_closed())
      departures_.push_back({session->ref(), clock_.now() + after});
  }
  if (from < slots_.size()) boost::asio::post(context_, [this, from, over] { ask_to_move(from, over); });
}

void Shard::handle(to_shard::Recheck&) {
  for (const auto& slot : slots_) {
    if (slot.session != nullptr) slot.session->recheck();
  }
}

void Shard::handle(to_shard::CloseAll&) {
  for (const auto& slot : slots_) {
    if (slot.session != nullptr) slot.session->close(kLeaving);
  }
}

}  // namespace chat
