#include "chat/rooms/room_mailbox.hpp"

#include <memory>
#include <utility>
#include <variant>

#include "chat/core/policy.hpp"
#include "rooms/decisions.hpp"

namespace chat {

RoomMailbox::RoomMailbox(boost::asio::io_context& loop, RoomService& rooms)
    : rooms_(rooms), mailbox_(loop, [this](std::vector<RoomMail>& batch) {
        thread_.in();
        for (auto& mail : batch) std::visit([this](auto& m) { handle(m); }, mail);
      }) {}

RoomMailbox::~RoomMailbox() = default;

void RoomMailbox::decide_with(Application& application, const Policy& policy) {
  application_ = &application;
  decisions_ = std::make_unique<Decisions>(
      application, policy,
      Decisions::Then{[this](to_rooms::Join mail, std::optional<Rights> kept) { join(std::move(mail), kept); },
                      [this](to_rooms::Join mail, Failure failure) {
                        shards_[mail.session.shard]->post(to_shard::JoinRefused{
                            mail.session, std::move(mail.id), std::move(mail.join.room), std::move(failure)});
                      },
                      [this](to_rooms::Join mail, Failure failure) {
                        answer(mail.session, std::move(mail.id), std::move(failure));
                      },
                      [this](const to_rooms::Send& mail, Completion<Ack> done) { find(mail, std::move(done)); },
                      [this](to_rooms::Send mail) { publish(mail, std::nullopt); },
                      [this](to_rooms::Send mail, Failure failure) { refuse(std::move(mail), std::move(failure)); },
                      [this](to_rooms::Send mail, Result<Ack> ack) {
                        answer_send(mail.session, std::move(mail.id), std::move(ack));
                      }});
}

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

void RoomMailbox::handle(to_rooms::Join& mail) {
  if (!decisions_ || !decisions_->take(mail)) join(std::move(mail), std::nullopt);
}

/// A join that its own session has cancelled is answered without the room's name: the session may be joining it anew.
void RoomMailbox::join(to_rooms::Join mail, std::optional<Rights> kept) {
  if (kept && !kept->has(Right::history)) to_rooms::without_history(mail.join);
  auto done = [this, kept, session = mail.session, id = std::move(mail.id),
               room = mail.join.room](Result<JoinAnswer> result) mutable {
    if (!result && result.error().code == ErrorCode::not_joined) {
      answer(session, std::move(id), result.error());
    } else if (!result) {
      shards_[session.shard]->post(to_shard::JoinRefused{session, std::move(id), std::move(room), result.error()});
    } else {
      auto& [before, joined, more] = *result;
      shards_[session.shard]->post(
          to_shard::Admitted{session, std::move(id), std::move(before), std::move(joined), more, kept});
    }
  };
  rooms_.join({mail.session, std::move(mail.join), std::move(mail.user), *mail.settings, mail.again, mail.may_create},
              std::move(done));
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

void RoomMailbox::handle(to_rooms::Leave& mail) {
  if (!decisions_ || !decisions_->take(mail)) rooms_.leave(mail.session, mail.room, mail.user);
}

void RoomMailbox::handle(to_rooms::Rename& mail) {
  if (!decisions_ || !decisions_->take(mail)) rooms_.rename(mail.room, mail.before, mail.user);
}

void RoomMailbox::handle(to_rooms::Send& mail) {
  if (!decisions_ || !decisions_->take(mail)) publish(mail, mail.payer);
}

void RoomMailbox::publish(to_rooms::Send& mail, const std::optional<Payer>& payer) {
  rooms_.publish(std::move(mail.append), payer,
                 [this, session = mail.session, id = std::move(mail.id),
                  intake = std::move(mail.intake)](Result<Ack> ack) mutable {
                   if (intake && ack) rooms_.on_taken(std::move(*intake), *ack);
                   answer_send(session, std::move(id), std::move(ack));
                 });
}

/// Without an id the client wants to hear of a refusal only.
void RoomMailbox::answer_send(SessionRef session, RequestId id, Result<Ack> ack) {
  if (!ack) return answer(session, std::move(id), ack.error());
  if (!id.empty()) answer(session, std::move(id), *std::move(ack));
}

/// Before the application is asked: a message that is not paid does not reach it.
void RoomMailbox::find(const to_rooms::Send& mail, Completion<Ack> done) {
  if (auto refusal = rooms_.charge(mail.append, mail.payer)) return done(*std::move(refusal));
  const bool may_be_stored = mail.append.seq > 0 || !mail.append.idempotency_key.empty();
  may_be_stored ? rooms_.find(mail.append, std::move(done)) : done(not_stored());
}

/// A refusal for good uses up no seq. So it must not meet the repetition of a message that was stored meanwhile: the
/// client would send another one with that seq, and lose it.
void RoomMailbox::refuse(to_rooms::Send mail, Failure failure) {
  const bool may_be_stored = mail.append.seq > 0 || !mail.append.idempotency_key.empty();
  if (!may_be_stored || is_temporary(failure.code)) {
    return answer_send(mail.session, std::move(mail.id), std::move(failure));
  }
  rooms_.find(mail.append, [this, session = mail.session, id = std::move(mail.id),
                            failure = std::move(failure)](Result<Ack> ack) mutable {
    if (!ack && ack.error().code == ErrorCode::not_found) ack = std::move(failure);
    answer_send(session, std::move(id), std::move(ack));
  });
}

void RoomMailbox::handle(to_rooms::ReadHistory& mail) {
  rooms_.history(mail.query, answer_to<Page>(mail.session, std::move(mail.id)), mail.session);
}

void RoomMailbox::handle(to_rooms::ReadTrace& mail) {
  rooms_.read_trace(mail.query, answer_to<MessageTrace>(mail.session, std::move(mail.id)), mail.session);
}

void RoomMailbox::handle(const WrittenBatch& mail) { rooms_.on_written(mail); }

void RoomMailbox::handle(to_rooms::ListMembers& mail) {
  rooms_.members(mail.room, answer_to<Members>(mail.session, std::move(mail.id)), mail.session);
}

void RoomMailbox::handle(to_rooms::Moderate& mail) {
  auto done = answer_to<Moderated>(mail.session, std::move(mail.id));
  if (moderation_ == nullptr) return done(Failure{ErrorCode::forbidden, "this node has no moderation"});
  moderation_->carry_out(mail.order, mail.by, std::move(done));
}

void RoomMailbox::handle(to_rooms::Call& mail) {
  auto done = answer_to<CallResult>(mail.session, std::move(mail.id));
  if (application_ == nullptr) return done(Failure{ErrorCode::unknown_type, "this node has no application"});
  application_->call({std::move(mail.session_id), std::move(mail.user), mail.caller}, mail.call, std::move(done));
}

void RoomMailbox::handle(to_rooms::NotifyTyping& mail) { rooms_.notify(mail.room, mail.user); }

void RoomMailbox::handle(to_rooms::Notify& mail) { rooms_.tell(mail.room, mail.event, mail.data); }

}  // namespace chat
