#include "chat/hooks/poison_watch.hpp"

#include <utility>

namespace chat {
namespace {

/// A proxy answers so for an application that is away; an application, if it wants to be asked later.
bool is_away(const HookFailure& failure) {
  return failure.is_later() || (failure.status >= 502 && failure.status <= 504);
}

bool is_answer(const HookFailure& failure) {
  return failure.kind == HookFailure::Kind::answer || (failure.kind == HookFailure::Kind::status && !is_away(failure));
}

bool was_made(const HookFailure& failure) {
  return failure.kind != HookFailure::Kind::suspended && failure.kind != HookFailure::Kind::overloaded;
}

}  // namespace

void PoisonWatch::on_delivered(const std::string& id) {
  suspects_.erase(id);
  ++delivered_;
  not_before_ = Instant::min();
}

bool PoisonWatch::on_failed(const std::string& id, const HookFailure& failure, bool is_breaker_open, std::uint32_t most,
                            Instant now) {
  if (!was_made(failure)) return false;
  const auto [place, is_first] = suspects_.try_emplace(id, Suspect{0, delivered_});
  Suspect& suspect = place->second;
  const bool others_pass = std::exchange(suspect.delivered, delivered_) != delivered_;
  if (!is_breaker_open && (is_answer(failure) || others_pass)) ++suspect.failures;
  if (suspect.failures < most || now < not_before_) return false;
  suspects_.erase(place);
  not_before_ = now + kPause;
  return true;
}

}  // namespace chat
