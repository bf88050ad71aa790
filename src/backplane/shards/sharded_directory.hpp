#pragma once

#include "backplane/shards/stores.hpp"
#include "chat/backplane/room_directory.hpp"

namespace chat::shards {

/// The rooms of one store after the other. A cursor is "<shard>:<cursor of that store>".
/// Thread: the backplane loop. Owner: ShardedServices.
class ShardedDirectory final : public RoomDirectory {
 public:
  explicit ShardedDirectory(Stores& stores) : stores_(stores) {}
  void list(std::string prefix, std::string cursor, std::size_t limit, Completion<RoomPage> done) override;

 private:
  Stores& stores_;
};

}  // namespace chat::shards
