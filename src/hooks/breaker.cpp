#include "chat/hooks/breaker.hpp"

namespace chat {

void Breaker::succeed() {
  failures_ = 0;
  is_open_ = false;
  is_trial_under_way_ = false;
}

/// A call that began before the breaker opened may fail after that; it must not postpone the trial.
void Breaker::fail(Instant now, bool is_news) {
  if (is_open_ && !is_trial_under_way_) return;
  if (is_news) ++failures_;
  if (!is_open_ && failures_ < settings_.failures) return;
  is_open_ = true;
  is_trial_under_way_ = false;
  retry_at_ = now + settings_.open;
}

}  // namespace chat
