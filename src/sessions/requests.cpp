#include "sessions/requests.hpp"

#include <utility>

#include "chat/base/log.hpp"
#include "chat/rooms/prices.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/shard.hpp"

namespace chat {
namespace {

bool normalize_name(Session& session, const RequestId& id, std::string& name) {
  if (!name.empty() && name == session.person().name()) return true;  // some clients give it with each message
  if (auto normal = to_user_name(name)) {
    name = *std::move(normal);
    return true;
  }
  session.refuse(id, ErrorCode::bad_request,
                 "\"name\" must have 1 to 64 bytes and something to see, and no control, format or private characters");
  return false;
}

bool is_secret(const std::optional<std::string>& text) { return !text || text->size() >= 16; }

void greet(Session& session, const RequestId& id, Hello& hello) {
  if (hello.name && !normalize_name(session, id, *hello.name)) return;
  if (!is_secret(hello.identity_secret) || !is_secret(hello.producer)) {
    return session.refuse(id, ErrorCode::bad_request,
                          "\"identity_secret\" and \"producer\" must have at least 16 characters nobody can guess");
  }
  Person& person = session.person();
  const bool changes = person.is_changed_by(hello);
  if (!session.pays(id, changes ? prices::identity(session.memberships().count()) : prices::kRequest)) return;
  const User before = person.user();
  person.become(hello);
  session.memberships().tell_rooms(session, before);
  session.tell_user_change(before);
  if (before.id != person.user_id()) session.recheck();
  if (!session.is_closing()) welcome(session, id);
}

}  // namespace

void welcome(Session& session, const RequestId& id) {
  Person& person = session.person();
  person.greet();
  const auto& settings = session.shard().settings();
  session.tell_begun();
  log_debug("session_user", {{"session", person.session_id()}, {"user", person.user_id()}});
  session.send(id, Welcome{settings.node, person.session_id(), person.user(), person.sender(person.user_id()),
                           settings.messages.per_second, settings.messages.burst, person.expires()});
}

void serve(Session& session, const RequestId& id, Hello& hello) {
  if (!hello.token) return greet(session, id, hello);
  if (!session.pays(id, prices::kToken)) return;
  const std::string token = *std::exchange(hello.token, std::nullopt);
  session.token().take(session, id, token, [&session, id, hello]() mutable { greet(session, id, hello); });
}

void serve(Session& session, const RequestId& id, Refresh& refresh) {
  if (!session.pays(id, prices::kToken)) return;
  session.token().take(session, id, refresh.token,
                       [&session, id] { session.send(id, Refreshed{session.person().expires()}); });
}

void serve(Session& session, const RequestId& id, AskNode&) {
  if (!session.pays(id, prices::kRequest)) return;
  const Person& person = session.person();
  session.send(id, NodeAnswer{session.shard().settings().node, person.session_id(), person.user_id()});
}

void serve(Session& session, const RequestId& id, WatchCluster& watch) {
  if (!session.pays(id, watch.details ? prices::kDetails : prices::kRequest)) return;
  if (watch.details && !session.token().is_operator(session)) {
    return session.refuse(id, ErrorCode::forbidden, "only operators see details");
  }
  session.shard().watchers().watch(session.ref(), watch.on, watch.details);
  session.send(id, Watching{watch.on});
}

void serve(Session& session, const RequestId& id, Call& call) {
  const auto& has_method = session.shard().settings().has_method;
  if (!has_method || !has_method(call.method)) return serve(session, id, call.unknown);
  if (!session.pays(id, prices::kRequest)) return;
  const Person& person = session.person();
  session.shard().rooms().post(
      to_rooms::Call{session.ref(), id, person.session_id(), person.user(), std::move(call), session.caller()});
}

void serve(Session& session, const RequestId& id, AnswerAsk& given) {
  if (session.answer(given.id, std::move(given.answer))) return;
  session.refuse(id, ErrorCode::not_found, "no question of this id waits");
}

void serve(Session& session, const RequestId& id, Failure& failure) {
  if (session.meters().is_over_mistakes(session.shard().clock().now())) {
    return session.close({CloseCode::policy, "too many requests that cannot be served"});
  }
  session.send(id, failure);
}

bool rename(Session& session, const RequestId& id, std::string name) {
  Person& person = session.person();
  if (person.has_fixed_name()) return true;  // some clients give one with each message
  if (!normalize_name(session, id, name)) return false;
  if (name == person.name()) return true;
  if (!session.pays(id, prices::identity(session.memberships().count()))) return false;
  const User before = person.user();
  person.rename(std::move(name));
  session.memberships().tell_rooms(session, before);
  return true;
}

}  // namespace chat
