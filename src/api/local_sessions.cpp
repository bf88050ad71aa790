#include "chat/api/local_sessions.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <utility>

#include "chat/sessions/session.hpp"

namespace chat {
namespace {

using OrderKind = SessionOrder::Kind;

constexpr CloseReason kForGood{CloseCode::disconnected, "the application has ended this session"};
constexpr CloseReason kForNow{CloseCode::going_away, "the application has ended this session, come back"};

/// The outcome on all shards.
struct ShardGathering {
  std::atomic<std::size_t> sessions{0};
  std::atomic<std::size_t> missing{0};
};

/// A question under way. Thread: the backplane loop.
struct ShardAsking {
  boost::asio::steady_timer timer;
  std::size_t missing;  // shards that have not said that the session is elsewhere
  Completion<std::string> done;

  void settle(Result<std::string> outcome) {
    timer.cancel();
    if (const auto told = std::exchange(done, nullptr)) told(std::move(outcome));
  }
};

bool concerns(const SessionOrder& order, const Session& session, const Person& person) {
  if (session.is_closing() || !person.is_greeted()) return false;
  if (order.kind == OrderKind::notify) {
    const auto has = [](const std::vector<std::string>& sorted, const std::string& id) {
      return !sorted.empty() && std::binary_search(sorted.begin(), sorted.end(), id);
    };
    return has(order.users, person.user_id()) || has(order.sessions, person.session_id());
  }
  if (!order.user.empty() && person.user_id() != order.user) return false;
  return order.session.empty() || person.session_id() == order.session;
}

/// The user of a token may do more from now on.
void grant(Session& session, const SessionOrder& order) {
  const auto& identity = session.person().principal().identity;
  if (!identity) return;
  const RoomRights given{order.room, order.rights};
  if (std::find(identity->rooms.begin(), identity->rooms.end(), given) != identity->rooms.end()) return;
  auto richer = std::make_shared<Identity>(*identity);
  richer->rooms.push_back(given);
  session.token().authenticate(session, std::move(richer));
}

void set_expiry(Session& session, UnixMs expires_at) {
  const auto& identity = session.person().principal().identity;
  if (!identity) return;
  auto other = std::make_shared<Identity>(*identity);
  other->expires_at = expires_at;
  if (other->grant && other->grant->expires_at > 0) {  // newer tokens do not take it away
    auto grant = std::make_shared<Grant>(*other->grant);
    grant->expires_at = expires_at;
    other->grant = std::move(grant);
  }
  session.token().authenticate(session, std::move(other));
}

/// False: a notice that the client does not get.
bool obey(Session& session, const SessionOrder& order) {
  switch (order.kind) {
    case OrderKind::disconnect:
      session.close(order.may_return ? kForNow : kForGood);
      return true;
    case OrderKind::subscribe: {
      grant(session, order);
      Command join = Join{order.room, {}};
      session.handle({}, join);
      return true;
    }
    case OrderKind::unsubscribe:
      session.memberships().remove(session, order.room, "the application has taken you out of this room");
      return true;
    case OrderKind::refresh:
      set_expiry(session, order.expires_at);
      return true;
    case OrderKind::notify:
      return session.send({}, Notice{order.room, order.event, order.data});
    case OrderKind::ask:  // not an order to many
      break;
  }
  return false;
}

}  // namespace

void LocalSessions::carry_out(const SessionOrder& order, std::function<void(std::size_t)> done) {
  const auto shared = std::make_shared<SessionOrder>(order);
  std::sort(shared->users.begin(), shared->users.end());
  std::sort(shared->sessions.begin(), shared->sessions.end());
  const auto gathering = std::make_shared<ShardGathering>();
  gathering->missing = shards_.size();
  for (auto& shard : shards_) {
    boost::asio::post(shard.context(), [this, &shard, shared, gathering, done] {
      std::size_t count = 0;
      shard.sessions().for_each([&](Session& session) {
        if (concerns(*shared, session, session.person()) && obey(session, *shared)) ++count;
      });
      gathering->sessions += count;
      if (--gathering->missing > 0) return;
      boost::asio::post(loop_, [gathering, done] { done(gathering->sessions); });
    });
  }
}

/// The first outcome counts: the answer of the session, that no shard has it, or the end of the time.
void LocalSessions::ask(const SessionOrder& order, Completion<std::string> done) {
  const auto shared = std::make_shared<const SessionOrder>(order);
  const auto asking =
      std::make_shared<ShardAsking>(ShardAsking{boost::asio::steady_timer(loop_), shards_.size(), std::move(done)});
  asking->timer.expires_after(order.timeout);
  asking->timer.async_wait([asking](boost::system::error_code error) {
    if (!error) asking->settle(Failure{ErrorCode::timed_out, "the client has not answered in time"});
  });
  const auto on_answer = [this, asking](Result<std::string> answer) {
    boost::asio::post(loop_, [asking, answer = std::move(answer)] { asking->settle(answer); });
  };
  for (auto& shard : shards_) {
    boost::asio::post(shard.context(), [this, &shard, shared, asking, on_answer] {
      bool is_here = false;
      shard.sessions().for_each([&](Session& session) {
        if (is_here || !concerns(*shared, session, session.person())) return;
        is_here = true;
        session.ask(shared->event, shared->data, shard.clock().now() + shared->timeout, on_answer);
      });
      if (is_here) return;
      boost::asio::post(loop_, [asking] {
        if (--asking->missing == 0) asking->settle(no_session());
      });
    });
  }
}

}  // namespace chat
