#include "chat/sessions/asks.hpp"

#include <algorithm>
#include <utility>

#include "chat/core/event.hpp"

namespace chat {

Asks::~Asks() {
  for (auto& one : waiting_) one.done(Failure{ErrorCode::not_found, "the session has ended without an answer"});
}

std::optional<std::string> Asks::add(Instant now, Instant due, Completion<std::string> done) {
  std::erase_if(waiting_, [now](const Waiting& one) { return one.due <= now; });
  if (waiting_.size() == kMax) return std::nullopt;
  waiting_.push_back({std::string(kAskPrefix) + std::to_string(++count_), due, std::move(done)});
  return waiting_.back().id;
}

bool Asks::answer(std::string_view id, Result<std::string> answer) {
  const auto place = std::find_if(waiting_.begin(), waiting_.end(), [id](const Waiting& one) { return one.id == id; });
  if (place == waiting_.end()) return false;
  const auto done = std::move(place->done);
  waiting_.erase(place);
  done(std::move(answer));
  return true;
}

}  // namespace chat
