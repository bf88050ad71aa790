#include "chat/sessions/shard.hpp"

#include "chat/base/digest.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/session.hpp"

namespace chat {

/// Handles each kind of mail to a shard.
struct Shard::Reader {
  Shard& shard;

  Session* find(SessionRef who) const { return shard.sessions_.find(who); }

  void operator()(to_shard::ToRoom& mail) const { shard.deliver(mail); }
  void operator()(to_shard::Answer& mail) const {
    if (Session* session = find(mail.session)) session->send(mail.id, mail.event);
  }
  void operator()(to_shard::Admitted& mail) const {
    if (Session* session = find(mail.session)) session->memberships().on_admitted(*session, mail);
  }
  void operator()(to_shard::Replayed& mail) const {
    if (Session* session = find(mail.session)) session->memberships().on_replayed(*session, mail);
  }
  void operator()(to_shard::JoinRefused& mail) const {
    if (Session* session = find(mail.session)) session->memberships().on_join_refused(*session, mail);
  }
  void operator()(to_shard::ToAll& mail) const {
    shard.sessions_.for_each([&mail](Session& session) {
      if (const auto& frame = mail.frames.in(session.format())) session.send(frame, false);
    });
  }
  void operator()(to_shard::Drain& mail) const { shard.departures_.drain(mail.over); }
  void operator()(to_shard::Move& mail) const { shard.departures_.move(mail.over, mail.share); }
  void operator()(to_shard::CloseAll&) const { shard.departures_.close_all(); }
  void operator()(to_shard::Seen& mail) const { shard.watchers_.show(mail); }
  void operator()(to_shard::Recheck&) const {
    shard.sessions_.for_each([](Session& session) { session.recheck(); });
  }
};

Shard::Shard(std::uint32_t index, boost::asio::io_context& context, RoomMailbox& rooms, const SessionSettings& settings,
             RateTable& rates, const Clock& clock)
    : context_(context),
      rooms_(rooms),
      settings_(settings),
      rates_(rates),
      clock_(clock),
      mailbox_(context_,
               [this](std::vector<ShardMail>& batch) {
                 thread_.in();
                 for (auto& mail : batch) std::visit(Reader{*this}, mail);
               }),
      sessions_(index),
      flush_list_(index, thread_, context_, rooms, local_rooms_, clock),
      departures_(context_, sessions_, clock),
      clockwork_(thread_, context_, sessions_, departures_, clock),
      watchers_(sessions_),
      read_buffer_(std::make_unique_for_overwrite<std::array<char, 128 * 1024>>()) {}

void Shard::deliver(to_shard::ToRoom& mail) {
  LocalRoom* const room = local_rooms_.find(mail.room);
  if (room == nullptr) return;
  if (mail.last.offset > 0) room->last = std::move(mail.last);
  const bool ephemeral = mail.messages == 0;
  const std::string& except = mail.except_user;
  const std::string except_bytes = from_base32(except);
  for (Session* member : room->members) {
    if (!except.empty() && member->person().is(except, except_bytes)) continue;
    if (mail.for_watchers && !member->memberships().may(mail.room, Right::presence)) continue;
    if (const auto& frame = mail.frames.in(member->format())) member->send(frame, ephemeral);
  }
  deliveries_.fetch_add(mail.messages * room->members.size(), std::memory_order_relaxed);
  if (mail.is_traced) [[unlikely]]
    flush_list_.trace_messages(mail);
}

}  // namespace chat
