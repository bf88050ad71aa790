#include "chat/sessions/session_token.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "chat/base/mutant.hpp"
#include "chat/core/limits.hpp"
#include "chat/rooms/prices.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"

namespace chat {
namespace {

constexpr Seconds kExpiryWarning{60};                        // before a token ends
constexpr Seconds kExpiryGrace{25};                          // for a newer one that is on its way
constexpr Milliseconds kLookAgain = std::chrono::hours(24);  // a token may live longer than a clock can count
constexpr unsigned kUnavailable = 503;
constexpr CloseReason kNotLetIn{CloseCode::unauthorized, "the application does not let this user in"};
constexpr CloseReason kNotDecided{CloseCode::going_away, "the application gave no usable answer, come back"};

}  // namespace

/// Where tokens are off, they are not looked at.
void SessionToken::take(Session& session, const RequestId& id, std::string_view token, std::function<void()> then) {
  const Authenticator* const authenticator = session.shard().settings().authenticator;
  if (authenticator == nullptr) return then();
  const Principal& principal = session.person().principal();
  auto identity = authenticator->authenticate(token);
  if (!identity) {
    session.refuse(id, ErrorCode::unauthorized, identity.error().message);
    // A session that has a good token keeps it.
    if (principal.is_guest()) session.close({CloseCode::unauthorized, "the token is not accepted"});
    return;
  }
  const auto& known = principal.identity;
  if (known && !known->is_shown_by(identity->get())) {
    return session.refuse(id, ErrorCode::unauthorized, "the token is another user's");
  }
  Door* const door = session.shard().settings().door;
  if (!known && came_by_ && door != nullptr && door->is_watched()) {
    return ask_door(session, id, *std::move(identity), std::move(then));
  }
  renew(session, *identity);
  if (!session.is_closing()) then();
}

/// The application was asked about a client without a token. Now it is asked about the user.
void SessionToken::ask_door(Session& session, const RequestId& id, std::shared_ptr<const Identity> token,
                            std::function<void()> then) {
  deciding_ = std::make_unique<Deciding>(Deciding{id, std::move(then), {}});
  ConnectRequest request = *came_by_;
  request.identity = std::move(token);
  Shard& shard = session.shard();
  shard.settings().door->decide(std::move(request), [&shard, asker = session.ref()](Entry entry) {
    boost::asio::post(shard.context(), [&shard, asker, entry = std::move(entry)]() mutable {
      if (Session* const found = shard.sessions().find(asker)) found->token().on_entry(*found, std::move(entry));
    });
  });
}

void SessionToken::on_entry(Session& session, Entry entry) {
  const auto deciding = std::exchange(deciding_, nullptr);
  if (session.is_closing()) return;
  if (entry.status != 0) {
    const bool is_for_now = entry.status == kUnavailable;
    session.send(deciding->id,
                 Failure{is_for_now ? ErrorCode::unavailable : ErrorCode::forbidden, std::move(entry.text)});
    return session.close(is_for_now ? kNotDecided : kNotLetIn);
  }
  came_by_.reset();
  authenticate(session, std::move(entry.identity));
  if (!session.is_closing()) deciding->then();
  for (auto& [id, command] : deciding->behind) {
    if (session.is_closing()) return;
    session.handle(id, command);
  }
}

bool SessionToken::postpones(Session& session, const RequestId& id, Command& command) {
  if (!deciding_) return false;
  if (deciding_->behind.size() < limits::kPostponedRequests) {
    deciding_->behind.emplace_back(id, std::move(command));
  } else {
    session.send(id, Failure{ErrorCode::busy, "too many requests wait for the application"});
  }
  return true;
}

Result<UnixMs> SessionToken::refresh(Session& session, std::string_view token) {
  const Authenticator* const authenticator = session.shard().settings().authenticator;
  if (authenticator == nullptr) return UnixMs{0};
  if (const auto wait = session.charge(prices::kToken); wait > Milliseconds{0}) {
    return Failure{ErrorCode::rate_limited, "too many requests", wait};
  }
  auto identity = authenticator->authenticate(token);
  if (!identity) return identity.error();
  if (!session.person().is_shown_by(identity->get())) {
    return Failure{ErrorCode::forbidden, "the token is another user's"};
  }
  renew(session, *identity);
  if (session.is_closing()) return Failure{ErrorCode::unauthorized, "the user may not be here"};
  return session.person().expires();
}

void SessionToken::enter(Session& session, LetIn let_in) {
  is_on_this_machine_ = let_in.is_on_this_machine;
  if (let_in.identity) return authenticate(session, std::move(let_in.identity));
  came_by_ = std::move(let_in.request);
}

void SessionToken::renew(Session& session, const std::shared_ptr<const Identity>& token) {
  const auto& known = session.person().principal().identity;
  authenticate(session, with_grant(token, known ? known->grant : nullptr));
}

void SessionToken::authenticate(Session& session, std::shared_ptr<const Identity> identity) {
  Person& person = session.person();
  const bool was_greeted = person.is_greeted();
  const User before = person.user();
  person.authenticate(std::move(identity));
  if (was_greeted) session.memberships().tell_rooms(session, before);
  session.tell_user_change(before);
  session.recheck();
  expiry_told_ = false;
  watch(session);
}

bool SessionToken::is_operator(Session& session) const {
  const auto& identity = session.person().principal().identity;
  if (identity) return chat::is_operator(identity->rooms);
  return is_on_this_machine_ && session.shard().settings().authenticator == nullptr;
}

void SessionToken::watch(Session& session) {
  const UnixMs expires = session.person().expires();
  if (expires == 0 || session.is_closing() || is_mutant("keep-expired")) return;
  const UnixMs left = expires - session.shard().clock().unix_ms();
  if (left <= -Milliseconds(kExpiryGrace).count()) {
    return session.close({CloseCode::token_expired, "the token has expired"});
  }
  if (left <= Milliseconds(kExpiryWarning).count() && !std::exchange(expiry_told_, true)) {
    session.send({}, TokenExpiring{expires});
  }
  const Milliseconds due = expiry_told_ ? Milliseconds(left) + kExpiryGrace : Milliseconds(left) - kExpiryWarning;
  const Milliseconds next = std::min(due, kLookAgain);
  const Instant now = session.shard().clock().now();
  // Looks again at the earlier alarm: however often a token is refreshed, one alarm is pending.
  if (alarm_ > now && alarm_ <= now + next) return;
  alarm_ = now + next;
  session.shard().clockwork().wake(session.ref(), alarm_);
}

/// An alarm that a nearer one has replaced means nothing.
void SessionToken::on_alarm(Session& session, Instant due) {
  if (due == alarm_) watch(session);
}

}  // namespace chat
