#include "chat/base/rare.hpp"

#include <utility>

namespace chat {

std::optional<std::uint64_t> Rare::admit(std::string_view kind, Instant now) {
  const auto place = kinds_.find(kind);
  if (place == kinds_.end()) {
    kinds_.emplace(kind, Kind{now});
    return 0;
  }
  auto& [told_at, untold] = place->second;
  if (now - told_at < kPause) {
    ++untold;
    return std::nullopt;
  }
  told_at = now;
  return std::exchange(untold, 0);
}

std::vector<Rare::Untold> Rare::take_untold(Instant now) {
  std::vector<Untold> due;
  for (auto& [kind, state] : kinds_) {
    if (state.untold == 0 || now - state.told_at < kPause) continue;
    due.push_back({kind, std::exchange(state.untold, 0)});
    state.told_at = now;
  }
  return due;
}

}  // namespace chat
