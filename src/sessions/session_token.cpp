// A session and its tokens: it takes them, warns before they end, and ends with them.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "chat/base/mutant.hpp"
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

bool Session::lacks_token(const Command& command) const {
  if (!shard_.settings().requires_token || !person_.principal().is_guest()) return false;
  const auto* hello = std::get_if<Hello>(&command);
  return hello == nullptr || !hello->token;
}

/// Where tokens are off, they are not looked at.
void Session::take_token(const RequestId& id, std::string_view token, std::function<void()> then) {
  const Authenticator* const authenticator = shard_.settings().authenticator;
  if (authenticator == nullptr) return then();
  auto identity = authenticator->authenticate(token);
  if (!identity) {
    refuse(id, ErrorCode::unauthorized, identity.error().message);
    // A session that has a good token keeps it.
    if (person_.principal().is_guest()) close({CloseCode::unauthorized, "the token is not accepted"});
    return;
  }
  const auto& known = person_.principal().identity;
  if (known && !known->is_shown_by(identity->get())) {
    return refuse(id, ErrorCode::unauthorized, "the token is another user's");
  }
  Door* const door = shard_.settings().door;
  if (!known && came_by_ && door != nullptr && door->is_watched()) {
    return ask_door(id, *std::move(identity), std::move(then));
  }
  renew(*identity);
  if (!is_closing()) then();
}

/// The application was asked about a client without a token. Now it is asked about the user; requests that come
/// meanwhile wait.
void Session::ask_door(const RequestId& id, std::shared_ptr<const Identity> token, std::function<void()> then) {
  deciding_ = std::make_unique<Deciding>(Deciding{id, std::move(then), {}});
  ConnectRequest request = *came_by_;
  request.identity = std::move(token);
  shard_.settings().door->decide(std::move(request), [&shard = shard_, session = ref_](Entry entry) {
    boost::asio::post(shard.context(), [&shard, session, entry = std::move(entry)]() mutable {
      if (Session* const asker = shard.find(session)) asker->on_entry(std::move(entry));
    });
  });
}

void Session::on_entry(Entry entry) {
  const auto deciding = std::exchange(deciding_, nullptr);
  if (is_closing()) return;
  if (entry.status != 0) {
    const bool is_for_now = entry.status == kUnavailable;
    send(deciding->id, Failure{is_for_now ? ErrorCode::unavailable : ErrorCode::forbidden, std::move(entry.text)});
    return close(is_for_now ? kNotDecided : kNotLetIn);
  }
  came_by_.reset();
  authenticate(std::move(entry.identity));
  if (!is_closing()) deciding->then();
  for (auto& [id, command] : deciding->behind) {
    if (is_closing()) return;
    handle(id, command);
  }
}

Result<UnixMs> Session::refresh(std::string_view token) {
  const Authenticator* const authenticator = shard_.settings().authenticator;
  if (authenticator == nullptr) return UnixMs{0};
  if (const auto wait = charge(prices::kToken); wait > Milliseconds{0}) {
    return Failure{ErrorCode::rate_limited, "too many requests", wait};
  }
  auto identity = authenticator->authenticate(token);
  if (!identity) return identity.error();
  if (!is_of(identity->get())) return Failure{ErrorCode::forbidden, "the token is another user's"};
  renew(*identity);
  if (is_closing()) return Failure{ErrorCode::unauthorized, "the user may not be here"};
  return expires();
}

void Session::enter(LetIn let_in) {
  is_on_this_machine_ = let_in.is_on_this_machine;
  if (let_in.identity) return authenticate(std::move(let_in.identity));
  came_by_ = std::move(let_in.request);
}

void Session::renew(const std::shared_ptr<const Identity>& token) {
  const auto& known = person_.principal().identity;
  authenticate(with_grant(token, known ? known->grant : nullptr));
}

void Session::authenticate(std::shared_ptr<const Identity> identity) {
  const bool was_greeted = person_.is_greeted();
  const User before = person_.user();
  person_.authenticate(std::move(identity));
  if (was_greeted) memberships_.tell_rooms(*this, before);
  tell_user_change(before);
  recheck();
  expiry_told_ = false;
  watch_token();
}

bool Session::is_operator() const {
  const auto& identity = person_.principal().identity;
  if (identity) return chat::is_operator(identity->rooms);
  return is_on_this_machine_ && shard_.settings().authenticator == nullptr;
}

bool Session::is_of(const Identity* token) const {
  const auto& own = person_.principal().identity;
  return own ? own->is_shown_by(token) : token == nullptr;
}

UnixMs Session::expires() const {
  const auto& identity = person_.principal().identity;
  return identity ? identity->expires_at : 0;
}

void Session::watch_token() {
  if (expires() == 0 || is_closing() || is_mutant("keep-expired")) return;
  const UnixMs left = expires() - shard_.clock().unix_ms();
  if (left <= -Milliseconds(kExpiryGrace).count()) return close({CloseCode::token_expired, "the token has expired"});
  if (left <= Milliseconds(kExpiryWarning).count() && !std::exchange(expiry_told_, true)) {
    send({}, TokenExpiring{expires()});
  }
  const Milliseconds due = expiry_told_ ? Milliseconds(left) + kExpiryGrace : Milliseconds(left) - kExpiryWarning;
  const Milliseconds next = std::min(due, kLookAgain);
  const Instant now = shard_.clock().now();
  // Looks again at the earlier alarm: however often a token is refreshed, one alarm is pending.
  if (alarm_ > now && alarm_ <= now + next) return;
  alarm_ = now + next;
  shard_.wake(ref_, alarm_);
}

/// An alarm that a nearer one has replaced means nothing.
void Session::on_alarm(Instant due) {
  if (due == alarm_) watch_token();
}

bool Session::is_excluded() {
  const auto reason = shard_.settings().policy->exclusion(person_.principal());
  if (reason) close(*reason);
  return reason.has_value();
}

void Session::recheck() {
  if (!is_closing() && !is_excluded()) memberships_.recheck(*this);
}

}  // namespace chat
