// Requests that wait behind a join of their room.
#include <algorithm>
#include <utility>

#include "chat/core/limits.hpp"
#include "chat/sessions/memberships.hpp"
#include "chat/sessions/session.hpp"
#include "sessions/refusals.hpp"

namespace chat {

void Memberships::postpone(Session& session, Postponed request) {
  if (!postponed_) postponed_ = std::make_unique<std::vector<Postponed>>();
  if (postponed_->size() >= limits::kPostponedRequests) {
    session.send(request.id, Failure{ErrorCode::busy, "too many requests wait for a join"});
    return;
  }
  postponed_->push_back(std::move(request));
}

/// The first about this room.
std::optional<Memberships::Postponed> Memberships::take_postponed(std::string_view room) {
  if (!postponed_) return std::nullopt;
  const auto place = std::find_if(postponed_->begin(), postponed_->end(),
                                  [room](const Postponed& postponed) { return postponed.room == room; });
  if (place == postponed_->end()) return std::nullopt;
  Postponed postponed = std::move(*place);
  postponed_->erase(place);
  if (postponed_->empty()) postponed_.reset();
  return postponed;
}

/// The session is not in the room: to leave it is then no refusal.
void Memberships::refuse_postponed(Session& session, const std::string& room, const Failure& failure) {
  while (auto next = take_postponed(room)) {
    std::holds_alternative<Leave>(next->request) ? session.send(next->id, Left{room}) : session.send(next->id, failure);
  }
}

/// Until another join of the room is under way.
void Memberships::serve_postponed(Session& session, const std::string& room) {
  for (;;) {
    const Membership* const membership = find(room);
    if (membership != nullptr && membership->joining) return;
    auto next = take_postponed(room);
    if (!next) return;
    if (auto* join = std::get_if<Join>(&next->request)) {
      begin(session, next->id, std::move(*join), session.access(room));
    } else if (std::holds_alternative<Leave>(next->request)) {
      leave_room(session, next->id, room);
    } else if (auto* request = std::get_if<MemberRequest>(&next->request)) {
      std::visit([&](auto& one) { handle(session, next->id, one); }, *request);
    } else if (membership != nullptr && !membership->rights.has(Right::send)) {
      refuse_right(session, next->id);  // it was taken away meanwhile
    } else if (membership != nullptr) {
      publish(session, std::move(std::get<to_rooms::Send>(next->request)));
    } else {
      refuse_outsider(session, next->id);
    }
  }
}

}  // namespace chat
