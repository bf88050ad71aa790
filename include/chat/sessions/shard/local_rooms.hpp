#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/hash.hpp"
#include "chat/core/position.hpp"

namespace chat {

class Session;

/// A room as one shard knows it.
struct LocalRoom {
  std::string_view name;       // the key it stands under
  std::uint32_t sessions = 0;  // members, and those who are about to be
  std::vector<Session*> members;
  Position last{};  // of the last message that the members have been sent
};

/// The rooms that sessions of a shard are in. A room is here as long as one session needs it. Thread: the shard.
/// Owner: Shard.
class LocalRooms {
 public:
  /// The room, for one more session until detach().
  LocalRoom& attach(const std::string& room);
  void detach(LocalRoom& room);
  /// Makes the session a member; returns its place in the list.
  std::uint32_t enter(LocalRoom& room, Session& session);
  void leave(LocalRoom& room, std::uint32_t index);
  /// nullptr: no session is in it.
  LocalRoom* find(std::string_view room) const {
    const auto place = rooms_.find(room);
    return place == rooms_.end() ? nullptr : place->second.get();
  }

 private:
  TextMap<std::unique_ptr<LocalRoom>> rooms_;
};

}  // namespace chat
