#include "backplane/memory/memory_rooms.hpp"

#include <utility>

#include "backplane/memory/memory_bus.hpp"
#include "chat/core/names.hpp"

namespace chat {

void MemoryRooms::list(std::string prefix, std::string cursor, std::size_t limit, Completion<RoomPage> done) {
  posting_.later([this, prefix = std::move(prefix), cursor = std::move(cursor), limit, done = std::move(done)] {
    if (!is_prefix(prefix)) return done(Failure{ErrorCode::bad_request, "no room's name begins like that"});
    if (!cursor.empty() && !is_room_name(cursor)) return done(Failure{ErrorCode::bad_request, "there is no such page"});
    RoomPage page;
    for (const auto& name : bus_.room_names(prefix)) {
      if (name <= cursor) continue;
      if (page.names.size() == limit) {
        page.next = page.names.back();
        break;
      }
      page.names.push_back(name);
    }
    done(std::move(page));
  });
}

}  // namespace chat
