#pragma once

#include "chat/rooms/room_mailbox.hpp"

namespace chat {

/// RoomService and RoomMailbox under their earlier name, until sessions and the node are renamed.
class Hub : public RoomService {
 public:
  Hub(boost::asio::io_context& loop, ClusterServices& backends, NodeInstance instance, const UsageLimits& limits,
      const Clock& clock)
      : RoomService(loop, backends, std::move(instance), limits, clock), mailbox_(loop, *this) {}
  void attach(ShardPort& shard) { mailbox_.attach(shard); }
  void post(HubMail mail, std::size_t bytes = 0) { mailbox_.post(std::move(mail), bytes); }
  bool is_congested() const { return mailbox_.is_congested(); }

 private:
  RoomMailbox mailbox_;
};

}  // namespace chat
