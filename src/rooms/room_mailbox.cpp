#include "chat/rooms/room_mailbox.hpp"

#include <variant>

namespace chat {

RoomMailbox::RoomMailbox(boost::asio::io_context& loop, RoomService& rooms)
    : rooms_(rooms), mailbox_(loop, [this](std::vector<RoomMail>& batch) {
        thread_.in();
        for (auto& mail : batch) std::visit([this](auto& m) { handle(m); }, mail);
      }) {}

void RoomMailbox::attach(ShardPort& shard) {
  shards_.push_back(&shard);
  rooms_.attach(shard);
}

void RoomMailbox::answer(SessionRef session, RequestId id, Event event) {
  shards_[session.shard]->post(to_shard::Answer{session, std::move(id), std::move(event)});
}

template <class Value>
Completion<Value> RoomMailbox::answer_to(SessionRef session, RequestId id) {
  return [this, session, id = std::move(id)](Result<Value> result) mutable {
    if (!result) return answer(session, std::move(id), result.error());
    answer(session, std::move(id), std::move(*result));
  };
}

/// A join that its own session has cancelled is answered without the room's name: the session may be joining it anew.
void RoomMailbox::handle(to_rooms::Join& mail) {
  auto done = [this, session = mail.session, id = std::move(mail.id),
               room = mail.join.room](Result<JoinAnswer> result) mutable {
    if (!result && result.error().code == ErrorCode::not_joined) {
      answer(session, std::move(id), result.error());
    } else if (!result) {
      shards_[session.shard]->post(to_shard::JoinRefused{session, std::move(id), std::move(room), result.error()});
    } else {
      auto& [before, joined, more] = *result;
      shards_[session.shard]->post(
          to_shard::Admitted{session, std::move(id), std::move(before), std::move(joined), more});
    }
  };
  rooms_.join({mail.session, std::move(mail.join), std::move(mail.user), *mail.settings, mail.again}, std::move(done));
}

/// A session that has left the room meanwhile gets no answer.
void RoomMailbox::handle(to_rooms::ContinueReplay& mail) {
  ReplayRequest request{mail.session, mail.room, mail.after};
  rooms_.continue_replay(std::move(request), [this, mail = std::move(mail)](Result<ReplayPage> page) {
    if (!page) return;
    if (page->reset) answer(mail.session, {}, std::move(*page->reset));
    shards_[mail.session.shard]->post(
        to_shard::Replayed{mail.session, mail.room, std::move(page->frames), page->end, page->last, mail.replay});
  });
}

void RoomMailbox::handle(to_rooms::Leave& mail) { rooms_.leave(mail.session, mail.room, mail.user); }

void RoomMailbox::handle(to_rooms::Rename& mail) { rooms_.rename(mail.room, mail.before, mail.user); }

/// Without an id the client wants to hear of a refusal only.
void RoomMailbox::handle(to_rooms::Send& mail) {
  rooms_.publish(std::move(mail.append), mail.payer,
                 [this, session = mail.session, id = std::move(mail.id)](Result<Ack> ack) mutable {
                   if (!ack) return answer(session, std::move(id), ack.error());
                   if (!id.empty()) answer(session, std::move(id), std::move(*ack));
                 });
}

void RoomMailbox::handle(to_rooms::ReadHistory& mail) {
  rooms_.history(mail.query, answer_to<Page>(mail.session, std::move(mail.id)), mail.session);
}

void RoomMailbox::handle(to_rooms::ListMembers& mail) {
  rooms_.members(mail.room, answer_to<Members>(mail.session, std::move(mail.id)), mail.session);
}

void RoomMailbox::handle(to_rooms::Moderate& mail) {
  auto done = answer_to<Moderated>(mail.session, std::move(mail.id));
  if (moderation_ == nullptr) return done(Failure{ErrorCode::forbidden, "this node has no moderation"});
  moderation_->carry_out(mail.order, mail.by, std::move(done));
}

void RoomMailbox::handle(to_rooms::NotifyTyping& mail) { rooms_.notify(mail.room, mail.user); }

}  // namespace chat
