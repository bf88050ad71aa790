// What a session does with tokens: it takes them, warns before they end, and ends with them.
#include <utility>

#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"

namespace chat {
namespace {

constexpr Seconds kExpiryWarning{60};  // before a token ends
constexpr Seconds kExpiryGrace{25};    // for a newer one that is on its way

}  // namespace

bool Session::lacks_token(const Command& command) const {
  if (!shard_.settings().requires_token || !person_.principal().is_guest()) return false;
  const auto* hello = std::get_if<Hello>(&command);
  return hello == nullptr || !hello->token;
}

/// Where tokens are off, they are not looked at.
bool Session::take_token(const RequestId& id, std::string_view token) {
  const Authenticator* const authenticator = shard_.settings().authenticator;
  if (authenticator == nullptr) return true;
  auto identity = authenticator->authenticate(token);
  if (!identity) {
    refuse(id, ErrorCode::unauthorized, identity.error().message);
    // A session that has a good token keeps it.
    if (person_.principal().is_guest()) close({CloseCode::unauthorized, "the token is not accepted"});
    return false;
  }
  const auto& known = person_.principal().identity;
  if (known && known->subject != (*identity)->subject) {
    refuse(id, ErrorCode::unauthorized, "the token is another user's");
    return false;
  }
  authenticate(*std::move(identity));
  return !is_closing();
}

void Session::authenticate(std::shared_ptr<const Identity> identity) {
  const bool was_greeted = person_.is_greeted();
  const User before = person_.user();
  person_.authenticate(std::move(identity));
  if (was_greeted) memberships_.tell_rooms(*this, before);
  recheck();
  expiry_told_ = false;
  watch_token();
}

bool Session::is_of(const Identity* identity) const {
  const auto& own = person_.principal().identity;
  return own == nullptr || identity == nullptr ? own.get() == identity : own->subject == identity->subject;
}

UnixMs Session::expires() const {
  const auto& identity = person_.principal().identity;
  return identity ? identity->expires_at : 0;
}

void Session::watch_token() {
  if (expires() == 0 || is_closing()) return;
  const UnixMs left = expires() - shard_.clock().unix_ms();
  if (left <= -Milliseconds(kExpiryGrace).count()) return close({CloseCode::token_expired, "the token has expired"});
  if (left <= Milliseconds(kExpiryWarning).count() && !std::exchange(expiry_told_, true)) {
    send({}, TokenExpiring{expires()});
  }
  const Milliseconds next = expiry_told_ ? Milliseconds(left) + kExpiryGrace : Milliseconds(left) - kExpiryWarning;
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
