// The requests of members of a room: messages, history, people, typing, moderation.
#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "chat/base/hash.hpp"
#include "chat/base/trace.hpp"
#include "chat/core/limits.hpp"
#include "chat/core/trace_mark.hpp"
#include "chat/rooms/prices.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/rooms/trace_starts.hpp"
#include "chat/sessions/memberships.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"
#include "sessions/refusals.hpp"
#include "sessions/requests.hpp"

namespace chat {
namespace {

std::shared_ptr<const AppendTerms> terms_for(Session& session, const RoomSettings& settings, bool may_create) {
  if (settings.pace().is_off() && may_create) return nullptr;
  const std::string person = settings.pace().is_off() ? std::string() : session.person().user_id();
  return std::make_shared<const AppendTerms>(AppendTerms{person, settings.pace(), may_create});
}

}  // namespace

Memberships::Membership* Memberships::allowed_room(Session& session, const RequestId& id, const std::string& room,
                                                   Right right) {
  Membership* const membership = find(room);
  if (membership == nullptr) {
    is_room_name(room) ? refuse_outsider(session, id) : refuse_name(session, id);
  } else if (!membership->rights.has(right)) {
    refuse_right(session, id);
    return nullptr;
  }
  return membership;
}

/// A room that is open for sending but not for joining takes messages of sessions that are not in it: an inbox.
std::optional<Memberships::PlaceToSend> Memberships::place_to_send(Session& session, const RequestId& id,
                                                                   const std::string& room) {
  const Membership* const membership = find(room);
  if (membership != nullptr && membership->rights.has(Right::send)) {
    return PlaceToSend{membership->settings, membership->joining, membership->may_create};
  }
  if (membership == nullptr && is_room_name(room)) {
    const Access access = session.access(room);
    if (access.rights.has(Right::send) && !access.rights.has(Right::join))
      return PlaceToSend{access.settings, false, access.may_create};
  }
  allowed_room(session, id, room, Right::send);  // says why not
  return std::nullopt;
}

void Memberships::handle(Session& session, const RequestId& id, Send& request) {
  const auto place = place_to_send(session, id, request.room);
  if (!place || !session.pays_message(id) || !pays_as_guest(session, id, request.room, place->settings->pace())) return;
  if (is_traced(Hop::received)) {
    trace(Hop::received, {{"room", request.room}, {"session", session.person().session_id()}, {"seq", request.seq}});
  }
  const std::uint32_t max_bytes = place->settings->message_bytes;
  if (max_bytes > 0 && request.content.value.size() > max_bytes) {
    return session.refuse(id, ErrorCode::too_large,
                          "a message in this room may have " + std::to_string(max_bytes) + " bytes");
  }
  if (request.name && !rename(session, id, *request.name)) return;
  Shard& shard = session.shard();
  User from = session.person().user();
  std::string stands_for = session.person().sender(from.id);
  Draft draft{std::move(from),       std::move(request.content), shard.clock().unix_ms(),
              shard.settings().node, std::move(stands_for),      request.seq};
  if (TraceStarts* const traces = shard.settings().traces) draft.trace = traces->start(session.person().is_traced());
  std::string sender = request.seq == 0 ? std::string() : draft.sender;
  std::string key = request.key.empty() ? std::string() : draft.from.id + '/' + request.key;  // each user has own marks
  std::string body = encode_body(draft);
  if (body.size() - (draft.trace.empty() ? 0 : kTraceMarkBytes - 1) > limits::kStoredBytes) {
    return session.refuse(id, ErrorCode::too_large, "the message would take more than 17 KiB as JSON");
  }
  const RoomSettings& settings = *place->settings;
  to_rooms::Send send{session.ref(),
                      id,
                      {request.room, std::move(sender), request.seq, std::move(body), settings.history_size,
                       settings.history_age, terms_for(session, settings, place->may_create), std::move(key)},
                      session.payer(),
                      {},
                      {}};
  send.append.key_budget = KeyBudget::people;
  if (!draft.trace.empty()) {
    send.intake = std::make_shared<Intake>(Intake{request.room, {}, draft.trace, {}, shard.clock().unix_us()});
  }
  if (shard.settings().has_method) {
    send.session_id = session.person().session_id();
    send.principal = session.person().principal();
    send.caller = session.caller();
  }
  // What a connection sends behind its join lies behind joined.offset, so it must not be in the log before that is
  // known.
  place->is_joining ? postpone(session, {id, std::move(request.room), std::move(send)})
                    : publish(session, std::move(send));
}

void Memberships::handle(Session& session, const RequestId& id, ReadHistory& request) {
  if (waits_for_join(session, id, request)) return;
  if (allowed_room(session, id, request.room, Right::history) == nullptr) return;
  if (!session.pays(id, prices::kRequest + prices::rows(request.limit))) return;
  session.shard().rooms().post(to_rooms::ReadHistory{session.ref(), id, std::move(request)});
}

void Memberships::handle(Session& session, const RequestId& id, ReadTrace& request) {
  if (waits_for_join(session, id, request)) return;
  if (allowed_room(session, id, request.room, Right::history) == nullptr) return;
  if (!session.pays(id, prices::kTrace)) return;
  session.shard().rooms().post(to_rooms::ReadTrace{session.ref(), id, std::move(request)});
}

void Memberships::handle(Session& session, const RequestId& id, ListMembers& request) {
  if (waits_for_join(session, id, request)) return;
  const Membership* const membership = allowed_room(session, id, request.room, Right::presence);
  if (membership == nullptr) return;
  if (membership->settings->presence == RoomSettings::Presence::off) {
    return session.refuse(id, ErrorCode::forbidden, "this room does not tell who is in it");
  }
  if (!session.pays(id, prices::kMembers)) return;
  session.shard().rooms().post(to_rooms::ListMembers{session.ref(), id, std::move(request.room)});
}

void Memberships::handle(Session& session, const RequestId& id, NotifyTyping& request) {
  if (waits_for_join(session, id, request)) return;
  const Membership* const membership = allowed_room(session, id, request.room, Right::typing);
  if (membership == nullptr || !session.pays_message(id)) return;
  if (!session.pays(id, prices::kRequest + prices::pushes(membership->room->members.size()))) return;
  session.shard().rooms().post(to_rooms::NotifyTyping{std::move(request.room), session.person().user()});
  if (!id.empty()) session.send(id, Done{});
}

void Memberships::handle(Session& session, const RequestId& id, Moderate& request) {
  if (waits_for_join(session, id, request)) return;
  if (allowed_room(session, id, request.room, Right::moderate) == nullptr) return;
  if (!session.pays(id, prices::kMembers)) return;
  session.shard().rooms().post(to_rooms::Moderate{session.ref(), id, std::move(request), session.person().user_id()});
}

/// The store counts each person; but a guest may be a new person at any time, so the guests of an address share what
/// so many persons may send.
bool Memberships::pays_as_guest(Session& session, const RequestId& id, std::string_view room, const SendPace& pace) {
  const std::uint64_t guests = session.shard().settings().guests_per_address;
  if (pace.is_off() || guests == 0 || !session.person().principal().is_guest()) return true;
  const auto cost = static_cast<std::uint32_t>(pace.interval.count());  // of one message, in units of a millisecond
  const auto burst = std::min<std::uint64_t>(guests * pace.burst * cost, std::numeric_limits<std::uint32_t>::max());
  const RateLimit limit{static_cast<std::uint32_t>(1000 * guests), static_cast<std::uint32_t>(burst)};
  const auto payer = keyed_hash(room) ^ session.payer().address;
  const auto wait =
      session.shard().rates().take(RateTable::Kind::slow_mode, payer, limit, session.shard().clock().now(), cost);
  if (wait == Milliseconds{0}) return true;
  session.send(id, slow_mode(wait));
  return false;
}

}  // namespace chat
