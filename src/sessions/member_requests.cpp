// What members of a room ask for: messages, history, people, typing, moderation.
#include <utility>

#include "chat/base/hash.hpp"
#include "chat/base/trace.hpp"
#include "chat/core/limits.hpp"
#include "chat/rooms/prices.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/memberships.hpp"
#include "chat/sessions/session.hpp"
#include "chat/sessions/shard.hpp"
#include "sessions/refusals.hpp"

namespace chat {

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
    return PlaceToSend{membership->settings, membership->joining};
  }
  if (membership == nullptr && is_room_name(room)) {
    const Access access = session.access(room);
    if (access.rights.has(Right::send) && !access.rights.has(Right::join)) return PlaceToSend{access.settings, false};
  }
  allowed_room(session, id, room, Right::send);  // says why not
  return std::nullopt;
}

void Memberships::handle(Session& session, const RequestId& id, Send& request) {
  const auto place = place_to_send(session, id, request.room);
  if (!place || !session.pays_message(id) || !keeps_slow_mode(session, id, request.room, *place->settings)) return;
  if (is_traced(Hop::received)) {
    trace(Hop::received, {{"room", request.room}, {"session", session.person().session_id()}, {"seq", request.seq}});
  }
  const std::uint32_t max_bytes = place->settings->message_bytes;
  if (max_bytes > 0 && request.content.value.size() > max_bytes) {
    return session.refuse(id, ErrorCode::too_large,
                          "a message in this room may have " + std::to_string(max_bytes) + " bytes");
  }
  if (request.name && !session.rename(id, *request.name)) return;
  Shard& shard = session.shard();
  Draft draft{session.person().user(), std::move(request.content), shard.clock().unix_ms(),
              shard.settings().node,   session.person().sender(),  request.seq};
  std::string key = request.seq == 0 ? std::string() : draft.sender;
  std::string body = encode_body(draft);
  if (body.size() > limits::kStoredBytes) {
    return session.refuse(id, ErrorCode::too_large, "the message would take more than 17 KiB as JSON");
  }
  const RoomSettings& settings = *place->settings;
  to_rooms::Send send{session.ref(),
                      id,
                      {request.room, std::move(key), request.seq, std::move(body), settings.history_size},
                      session.payer()};
  // What a connection sends behind its join lies behind joined.offset, so it must not be in the log before that is
  // known.
  place->is_joining ? postpone(session, {id, std::move(request.room), std::move(send)})
                    : publish(session, std::move(send));
}

void Memberships::handle(Session& session, const RequestId& id, ReadHistory& request) {
  if (allowed_room(session, id, request.room, Right::history) == nullptr) return;
  if (!session.pays(id, prices::kRequest + prices::rows(request.limit))) return;
  session.shard().rooms().post(to_rooms::ReadHistory{session.ref(), id, std::move(request)});
}

void Memberships::handle(Session& session, const RequestId& id, ListMembers& request) {
  const Membership* const membership = allowed_room(session, id, request.room, Right::presence);
  if (membership == nullptr) return;
  if (membership->settings->presence == RoomSettings::Presence::off) {
    return session.refuse(id, ErrorCode::forbidden, "this room does not tell who is in it");
  }
  if (!session.pays(id, prices::kMembers)) return;
  session.shard().rooms().post(to_rooms::ListMembers{session.ref(), id, std::move(request.room)});
}

void Memberships::handle(Session& session, const RequestId& id, NotifyTyping& request) {
  const Membership* const membership = allowed_room(session, id, request.room, Right::typing);
  if (membership == nullptr || !session.pays_message(id)) return;
  if (!session.pays(id, prices::kRequest + prices::pushes(membership->room->members.size()))) return;
  session.shard().rooms().post(to_rooms::NotifyTyping{std::move(request.room), session.person().user()});
  if (!id.empty()) session.send(id, Done{});
}

void Memberships::handle(Session& session, const RequestId& id, Moderate& request) {
  if (allowed_room(session, id, request.room, Right::moderate) == nullptr) return;
  if (!session.pays(id, prices::kMembers)) return;
  session.shard().rooms().post(to_rooms::Moderate{session.ref(), id, std::move(request), session.person().user_id()});
}

bool Memberships::keeps_slow_mode(Session& session, const RequestId& id, std::string_view room,
                                  const RoomSettings& settings) {
  const Seconds pause = settings.slow_mode;
  if (pause == Seconds{0}) return true;
  const auto units = static_cast<std::uint32_t>(pause.count());
  const auto payer = keyed_hash(room) ^ session.payer().person;
  const auto wait =
      session.shard().rates().take(RateTable::Kind::slow_mode, payer, {1, units}, session.shard().clock().now(), units);
  if (wait == Milliseconds{0}) return true;
  session.send(id, Failure{ErrorCode::rate_limited, "this room is in slow mode", wait});
  return false;
}

}  // namespace chat
