#include "rooms/decisions.hpp"

#include "chat/base/digest.hpp"
#include "chat/base/json_text.hpp"
#include "chat/codec/json/json_view.hpp"
#include "chat/core/limits.hpp"

namespace chat {
namespace {

Content content_of(std::string_view body) {
  const JsonView view(body);
  if (const auto text = view.find("text")) return {Content::Kind::text, text->text()};
  return {Content::Kind::data, std::string(view.find("data")->raw())};
}

User author_of(std::string_view body) {
  const auto from = JsonView(body).find("from");
  return {from->find("id")->text(), from->find("name")->text()};
}

/// The body with another content: all else stays as the sender's node has written it.
std::string with_content(std::string_view body, const Content& content) {
  std::string out;
  JsonView(body).for_each_member([&](std::string_view name, JsonView value) {
    out += out.empty() ? '{' : ',';
    if (name == R"("text")" || name == R"("data")") {
      const bool is_text = content.kind == Content::Kind::text;
      out += is_text ? R"("text":)" : R"("data":)";
      is_text ? append_json_string(out, content.value) : static_cast<void>(out += content.value);
    } else {
      ((out += name) += ':') += value.raw();
    }
  });
  return out += '}';
}

/// A retried message has the same mark, another one with its seq has not: a refused message uses up no seq.
std::string mark_of(const Append& append) {
  if (append.seq == 0 && append.idempotency_key.empty()) return {};
  const Content content = content_of(append.body);
  return append.sender + ' ' + std::to_string(append.seq) + ' ' + append.idempotency_key + ' ' +
         to_base64url(sha256(content.value));
}

}  // namespace

// ---- joins ---------------------------------------------------------------------------------------------------------

bool Decisions::take(to_rooms::Join& mail) {
  if (mail.again || !application_.decides_joins(mail.join.room)) return false;
  const Key key = key_of(mail.session, mail.join.room);
  const Asker asker{mail.session_id, mail.user, mail.caller};
  const std::string room = mail.join.room;
  const std::uint64_t number = ++joins_;
  waiting_.insert_or_assign(key, Waiting{number, std::move(mail)});
  application_.decide_join(asker, room, [this, key, number](Result<std::optional<Rights>> verdict) {
    on_join_decided(key, number, std::move(verdict));
  });
  return true;
}

/// The session may have left meanwhile, and even be joining anew.
void Decisions::on_join_decided(const Key& key, std::uint64_t number, Result<std::optional<Rights>> verdict) {
  const auto place = waiting_.find(key);
  if (place == waiting_.end() || place->second.number != number) return;
  auto join = *std::exchange(place->second.join, std::nullopt);
  if (!verdict) return then_.refuse_join(std::move(join), verdict.error());
  waiting_.erase(place);
  then_.join(std::move(join), *verdict);
}

bool Decisions::take(const to_rooms::Leave& mail) {
  const Key key = key_of(mail.session, mail.room);
  if (const auto lane = lanes_.find(key); lane != lanes_.end() && !mail.reason.empty()) {
    for (auto& message : lane->second) message.removed = mail.reason;
  }
  auto waiting = waiting_.extract(key);
  if (waiting.empty()) return false;
  if (auto& join = waiting.mapped().join) {
    const bool is_removed = !mail.reason.empty();
    then_.cancel_join(*std::move(join), {is_removed ? ErrorCode::forbidden : ErrorCode::not_joined,
                                         is_removed ? mail.reason : "the room was left before the join was done"});
  }
  return true;
}

bool Decisions::take(const to_rooms::Rename& mail) {
  const auto place = waiting_.find(key_of(mail.session, mail.room));
  if (place == waiting_.end()) return false;
  if (place->second.join) place->second.join->user = mail.user;
  return true;
}

// ---- messages ------------------------------------------------------------------------------------------------------

bool Decisions::take(to_rooms::Send& mail) {
  if (!application_.decides_messages(mail.append.room)) return false;
  const Key key = key_of(mail.session, mail.append.room);
  auto& lane = lanes_[key];
  if (lane.size() == kMaxMessages) {
    then_.answer_send(std::move(mail), Failure{ErrorCode::busy, "too many messages wait for the application"});
    return true;
  }
  lane.push_back({std::move(mail)});
  if (lane.size() == 1) begin(key);
  return true;
}

/// A message that is stored already was decided then.
void Decisions::begin(const Key& key) {
  then_.find(lanes_.find(key)->second.front().mail, [this, key](Result<Ack> stored) {
    if (!stored && stored.error().code == ErrorCode::not_found) return ask(key);
    finish(key, [&](to_rooms::Send mail) { then_.answer_send(std::move(mail), std::move(stored)); });
  });
}

void Decisions::ask(const Key& key) {
  const WaitingMessage& message = lanes_.find(key)->second.front();
  if (auto failure = objection(message)) {
    return finish(key, [&](to_rooms::Send mail) { then_.refuse_send(std::move(mail), *std::move(failure)); });
  }
  const auto& [session, id, append, payer, session_id, principal, caller, intake] = message.mail;
  application_.decide_message(
      {{session_id, author_of(append.body), caller}, append.room, content_of(append.body), mark_of(append)},
      [this, key](Result<MessageDecision> decision) { on_message_decided(key, std::move(decision)); });
}

void Decisions::on_message_decided(const Key& key, Result<MessageDecision> decision) {
  WaitingMessage& message = lanes_.find(key)->second.front();
  const auto refuse = [&](Failure failure) {
    finish(key, [&](to_rooms::Send mail) { then_.refuse_send(std::move(mail), std::move(failure)); });
  };
  if (!decision) return refuse(decision.error());
  if (auto failure = objection(message)) return refuse(*std::move(failure));
  std::string& body = message.mail.append.body;
  if (decision->content) body = with_content(body, *decision->content);
  if (body.size() > limits::kStoredBytes) {
    return refuse({ErrorCode::too_large, "the application has made the message too long"});
  }
  if (decision->actions) {
    return decision->actions([this, key](const Result<bool>& done) {
      on_message_decided(key, done ? Result<MessageDecision>(MessageDecision{}) : done.error());
    });
  }
  finish(key, [this](to_rooms::Send mail) { then_.send(std::move(mail)); });
}

/// Why the sender may not send any more what waits.
std::optional<Failure> Decisions::objection(const WaitingMessage& message) const {
  if (!message.removed.empty()) return Failure{ErrorCode::forbidden, message.removed};
  const auto& principal = message.mail.principal;
  const Append& append = message.mail.append;
  if (const auto exclusion = policy_.exclusion(principal))
    return Failure{ErrorCode::forbidden, std::string(exclusion->text)};
  if (policy_.access(principal, append.room).rights.has(Right::send)) return std::nullopt;
  return Failure{ErrorCode::forbidden, "in this room you may not do this"};
}

/// The next message is looked up behind this one, which it may follow.
template <class End>
void Decisions::finish(const Key& key, End end) {
  const auto lane = lanes_.find(key);
  to_rooms::Send mail = std::move(lane->second.front().mail);
  lane->second.pop_front();
  const bool is_last = lane->second.empty();
  if (is_last) lanes_.erase(lane);
  end(std::move(mail));
  if (!is_last) begin(key);
}

}  // namespace chat
