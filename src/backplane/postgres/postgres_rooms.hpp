#pragma once

#include "backplane/postgres/postgres_backplane.hpp"
#include "chat/backplane/room_directory.hpp"

namespace chat::postgres {

/// The names of the rooms, sorted; a cursor is the last name of a page. Thread: the backplane loop.
class PostgresRooms final : public RoomDirectory {
 public:
  explicit PostgresRooms(PostgresBackplane& backplane) : backplane_(backplane) {}
  void list(std::string prefix, std::string cursor, std::size_t limit, Completion<RoomPage> done) override;

 private:
  PostgresBackplane& backplane_;
};

}  // namespace chat::postgres
