#pragma once

#include <gmock/gmock.h>

#include <array>
#include <memory>
#include <string>

#include "chat/backplane/memory.hpp"
#include "rooms/fan_out.hpp"
#include "rooms/room_table.hpp"
#include "rooms/store_shards.hpp"
#include "support/fake_shard.hpp"
#include "support/held_backends.hpp"
#include "support/manual_clock.hpp"
#include "support/recording_sink.hpp"
#include "support/run_until.hpp"

namespace chat {

/// A table of rooms, three shards that keep their mail, and a log in memory; the parts under test stand on these. The
/// loop is polled by hand, so no timer fires.
class RoomParts : public testing::Test {
 protected:
  RoomParts() {
    for (auto& shard : shards) fan_out.attach(shard);
    backplane.start(sink);
    settle(loop);
  }

  static SessionRef on_shard(std::uint32_t shard) { return {shard, 0, 0, plain_format()}; }
  /// A room with a member on shard 0 that follows its log from where that stands.
  Room& open(const std::string& name = "lobby") {
    Room& room = rooms.enter(name, shards.size()).first;
    room.audience.add(on_shard(0));
    room.log.start(*await<LogState>(loop, [&](auto done) { backplane.subscribe(name, done); }));
    room.opening.phase = Room::Opening::Phase::open;
    return room;
  }
  /// Other nodes append; nothing arrives here by itself.
  void append(int count, const std::string& room = "lobby") {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(await<Appended>(loop, [&](auto done) { backplane.append({room, "", 0, std::string(kBody)}, done); }));
    }
  }
  /// The live stream brings messages that are appended already.
  void deliver(Room& room, Offset first, Offset last) {
    for (Offset offset = first; offset <= last; ++offset) {
      room.log.offer(epoch_of(room.name), {offset, SharedBytes(kBody)});
    }
  }
  Epoch epoch_of(const std::string& room) {
    return await<Position>(loop, [&](auto done) { backplane.top(room, done); })->epoch;
  }

  static constexpr std::string_view kBody = R"({"text":"hello"})";
  boost::asio::io_context loop;
  ManualClock clock;
  HeldBackends backends{make_memory_services(loop, make_memory_bus({1000, Seconds(3600)}))};
  Backplane& backplane = backends.backplane();
  RecordingSink sink;
  std::array<FakeShard, 3> shards;
  StoreShards store_shards{backplane};
  RoomTable rooms;
  std::vector<Delivery> reported;
  HopCollector hops{[this](const Delivery& delivery) { reported.push_back(delivery); }};
  FanOut fan_out{loop, rooms, hops, clock};
};

}  // namespace chat
