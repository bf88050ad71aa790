#include "chat/sessions/shard/departures.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "chat/sessions/session.hpp"

namespace chat {
namespace {

constexpr std::size_t kMovesPerTurn = 64;
constexpr CloseReason kLeaving{CloseCode::restart, "this node is leaving, come back"};

}  // namespace

void Departures::drain(Milliseconds over) {
  draining_ = true;
  ask_to_move(0, over, 1);
}

/// Some at a time, so that those who talk meanwhile do not wait behind thousands who are told to go. Clients that come
/// back only when they are closed, and at once, are closed at their moment; but not by a node that stays, because they
/// may give up after a few tries if no node can serve them.
void Departures::ask_to_move(std::size_t from, Milliseconds over, double share) {
  std::uniform_int_distribution<Milliseconds::rep> moment(0, over.count());
  std::bernoulli_distribution is_asked(share);
  const std::size_t end = std::min(from + kMovesPerTurn, sessions_.slots());
  for (; from < end; ++from) {
    Session* const session = sessions_.at(from);
    if (session == nullptr || !is_asked(jitter_)) continue;
    const Milliseconds after(moment(jitter_));
    session->send({}, Reconnect{after});
    if (draining_ && session->dialogue().moves_when_closed())
      departures_.push_back({session->ref(), clock_.now() + after});
  }
  if (from < sessions_.slots())
    boost::asio::post(context_, [this, from, over, share] { ask_to_move(from, over, share); });
}

void Departures::close_due(Instant now) {
  std::erase_if(departures_, [this, now](const Departure& departure) {
    if (departure.moment > now) return false;
    if (Session* session = sessions_.find(departure.who)) session->close(kLeaving);
    return true;
  });
}

void Departures::close_all() {
  sessions_.for_each([](Session& session) { session.close(kLeaving); });
}

}  // namespace chat
