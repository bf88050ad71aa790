#pragma once

#include <string>

#include "backplane/memory/posting.hpp"
#include "chat/backplane/room_directory.hpp"

namespace chat {

class MemoryBus;

/// The rooms of a MemoryBus, sorted; a cursor is the last name of a page. Thread: the loop of the bus.
class MemoryRooms final : public RoomDirectory {
 public:
  MemoryRooms(MemoryBus& bus, Posting& posting) : bus_(bus), posting_(posting) {}
  void list(std::string prefix, std::string cursor, std::size_t limit, Completion<RoomPage> done) override;

 private:
  MemoryBus& bus_;
  Posting& posting_;
};

}  // namespace chat
