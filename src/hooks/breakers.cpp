#include "chat/hooks/breakers.hpp"

namespace chat {

bool Breakers::is_open(Instant now, std::uint64_t caller) const {
  const auto own = callers_.find(caller);
  return everybody_.is_open(now) || (own != callers_.end() && own->second.is_open(now));
}

bool Breakers::admit(Instant now, std::uint64_t caller) {
  const auto own = callers_.find(caller);
  const bool is_passable = everybody_.is_passable(now) && (own == callers_.end() || own->second.is_passable(now));
  if (!is_passable) return false;
  everybody_.admit();
  if (own != callers_.end()) own->second.admit();
  return true;
}

void Breakers::succeed(std::uint64_t caller) {
  everybody_.succeed();
  callers_.erase(caller);
  failed_.clear();
}

void Breakers::fail(Instant now, std::uint64_t caller, bool is_news) {
  if (caller == 0) return everybody_.fail(now, is_news);
  breaker_of(caller).fail(now, is_news);
  if (failed_.size() >= kMaxCallers) failed_.clear();
  everybody_.fail(now, is_news && failed_.insert(caller).second);
}

/// A caller is left alone for longer than everybody, so that it does not have the trial for everybody each time.
Breaker& Breakers::breaker_of(std::uint64_t caller) {
  const auto known = callers_.find(caller);
  if (known != callers_.end()) return known->second;
  if (callers_.size() >= kMaxCallers) callers_.erase(callers_.begin());
  return callers_.emplace(caller, Breaker({settings_.failures, 2 * settings_.open})).first->second;
}

}  // namespace chat
