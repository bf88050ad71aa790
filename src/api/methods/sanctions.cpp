// revoke, block, kick, ban, mute and their opposites: measures against persons and tokens, on all nodes.
#include <algorithm>
#include <utility>

#include "api/method.hpp"
#include "chat/core/limits.hpp"

namespace chat::api {
namespace {

using Action = Moderate::Action;

std::string author(const ApiKey& key) { return "app." + key.id; }

template <class Stored>
Completion<Stored> answer(Completion<std::string> done) {
  return [done = std::move(done)](const Result<Stored>& stored) { stored ? done("{}") : done(stored.error()); };
}

/// With "room", there; without, everywhere.
void moderate(Call call, Action action) {
  Moderate order;
  order.action = action;
  order.user = call.parameters.required_user();
  order.room = call.parameters.optional_room().value_or(std::string());
  order.reason = call.parameters.text("reason", limits::kReasonBytes).value_or(std::string());
  if (action == Action::ban || action == Action::mute) order.seconds = call.parameters.number("seconds");
  call.parameters.expect_no_more();
  call.parts.moderation.carry_out(order, author(call.key), answer<Moderated>(std::move(call.done)));
}

}  // namespace

void kick(Call call) { moderate(std::move(call), Action::kick); }
void ban(Call call) { moderate(std::move(call), Action::ban); }
void unban(Call call) { moderate(std::move(call), Action::unban); }
void mute(Call call) { moderate(std::move(call), Action::mute); }
void unmute(Call call) { moderate(std::move(call), Action::unmute); }

void block(Call call) {
  Sanction sanction;
  sanction.kind = Sanction::Kind::block_user;
  sanction.subject = call.parameters.required_user();
  sanction.reason = call.parameters.text("reason", limits::kReasonBytes).value_or(std::string());
  if (const auto seconds = call.parameters.number("seconds")) {
    constexpr std::uint64_t kMostSeconds = 1'000'000'000;
    sanction.until = call.parts.clock.unix_ms() + static_cast<UnixMs>(std::min(*seconds, kMostSeconds)) * 1000;
  }
  call.parameters.expect_no_more();
  sanction.by = author(call.key);
  call.parts.sanctions.add(sanction, answer<bool>(std::move(call.done)));
}

void unblock(Call call) {
  const auto user = call.parameters.required_user();
  call.parameters.expect_no_more();
  call.parts.sanctions.lift(Sanction::Kind::block_user, user, {}, answer<bool>(std::move(call.done)));
}

void revoke(Call call) {
  Sanction sanction;
  const auto token = call.parameters.text("token", 256);
  const auto user = call.parameters.user();
  if (token.has_value() == user.has_value()) {
    throw Failure{ErrorCode::bad_request, "revoke needs \"token\" (its jti) or \"user\", one of them"};
  }
  sanction.kind = token ? Sanction::Kind::revoke_token : Sanction::Kind::revoke_user;
  sanction.subject = token ? *token : *user;
  if (user) {
    const auto before = call.parameters.number("issued_before");  // seconds, as in a token
    sanction.issued_before = before ? static_cast<UnixMs>(std::min<std::uint64_t>(*before, 253'402'300'799)) * 1000
                                    : call.parts.clock.unix_ms();
  }
  call.parameters.expect_no_more();
  sanction.by = author(call.key);
  call.parts.sanctions.add(sanction, answer<bool>(std::move(call.done)));
}

}  // namespace chat::api
