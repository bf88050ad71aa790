#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "chat/backplane/memory.hpp"
#include "chat/base/rate_table.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/sessions/shard.hpp"
#include "support/fake_client.hpp"
#include "support/manual_clock.hpp"
#include "support/run_until.hpp"

namespace chat {

/// A whole node but for its sockets: rooms and shards on one loop, over the given services. Must outlive every run of
/// the loop.
class FakeNode {
 public:
  FakeNode(boost::asio::io_context& loop, const Clock& clock, std::string id, std::unique_ptr<ClusterServices> shared,
           std::uint32_t shard_count = 1, RateLimit messages = {}, RateLimit requests = {},
           const UsageLimits& usage = {}, RateLimit address_requests = {})
      : settings{id, messages, requests, address_requests},
        backends(std::move(shared)),
        rooms(loop, *backends, id + ".life", usage, clock),
        mailbox(loop, rooms) {
    for (std::uint32_t i = 0; i < shard_count; ++i) {
      mailbox.attach(shards.emplace_back(i, loop, mailbox, settings, *rates, clock));
    }
    rooms.start();
  }

  FakeClient& connect() { return clients.emplace_back(shards[next_++ % shards.size()]); }
  /// The node goes: clients lose their connections, the others are told.
  void leave() {
    for (auto& client : clients) client.disconnect();
    settle(shards.front().context());
    rooms.resign();
    backends->backplane().stop();
  }

  SessionSettings settings;
  std::unique_ptr<RateTable> rates = std::make_unique<RateTable>();
  std::unique_ptr<ClusterServices> backends;
  RoomService rooms;
  RoomMailbox mailbox;
  std::deque<Shard> shards;
  std::deque<FakeClient> clients;

 private:
  std::size_t next_ = 0;
};

}  // namespace chat
