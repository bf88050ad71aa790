#pragma once

#include <optional>

#include "chat/backplane/backplane.hpp"
#include "chat/rooms/room_requests.hpp"
#include "chat/rooms/usage_meters.hpp"
#include "rooms/metering.hpp"
#include "rooms/room_table.hpp"

namespace chat {

/// Appends messages to the logs of rooms, once they are paid. Thread: the loop of the rooms. Owner: RoomService.
/// Errors: see RoomService::publish() and find().
class Publisher {
 public:
  Publisher(Backplane& backplane, RoomTable& rooms, Metering& metering)
      : backplane_(backplane), rooms_(rooms), metering_(metering) {}

  void publish(Append&& append, const std::optional<Payer>& payer, Completion<Ack>&& done);
  std::optional<Failure> charge(const Append& append, const Payer& payer) {
    return charge(append, payer, rooms_.find(append.room));
  }
  void find(const Append& append, Completion<Ack> done);

 private:
  std::optional<Failure> charge(const Append& append, const Payer& payer, const Room* room);

  Backplane& backplane_;
  RoomTable& rooms_;
  Metering& metering_;
};

}  // namespace chat
