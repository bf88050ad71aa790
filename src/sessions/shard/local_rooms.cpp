#include "chat/sessions/shard/local_rooms.hpp"

#include "chat/base/assert.hpp"
#include "chat/sessions/session.hpp"

namespace chat {

LocalRoom& LocalRooms::attach(const std::string& room) {
  const auto [place, is_new] = rooms_.try_emplace(room);
  if (is_new) place->second = std::make_unique<LocalRoom>(LocalRoom{place->first, 0, {}});
  ++place->second->sessions;
  return *place->second;
}

void LocalRooms::detach(LocalRoom& room) {
  if (--room.sessions == 0) rooms_.erase(rooms_.find(room.name));
}

std::uint32_t LocalRooms::enter(LocalRoom& room, Session& session) {
  room.members.push_back(&session);
  return static_cast<std::uint32_t>(room.members.size() - 1);
}

void LocalRooms::leave(LocalRoom& room, std::uint32_t index) {
  CHAT_ASSERT(index < room.members.size());
  room.members[index] = room.members.back();
  room.members.pop_back();
  if (index < room.members.size()) room.members[index]->memberships().moved(room, index);
}

}  // namespace chat
