#pragma once

#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "chat/base/thread_check.hpp"
#include "chat/rooms/hop_collector.hpp"
#include "chat/rooms/room_service.hpp"
#include "chat/rooms/room_watch.hpp"
#include "chat/rooms/trace_sink.hpp"
#include "rooms/fan_out.hpp"
#include "rooms/joins.hpp"
#include "rooms/leases.hpp"
#include "rooms/log_reader.hpp"
#include "rooms/metering.hpp"
#include "rooms/presence.hpp"
#include "rooms/publisher.hpp"
#include "rooms/repair.hpp"
#include "rooms/room_opener.hpp"
#include "rooms/room_table.hpp"
#include "rooms/store_shards.hpp"

namespace chat {

/// A part uses only the parts above it. Where a lower part has news for an upper one, a function is passed here.
struct RoomService::Parts {
  Parts(boost::asio::io_context& loop, ClusterServices& backends, NodeInstance instance, const UsageLimits& limits,
        const Clock& time)
      : backplane(backends.backplane()),
        shards(backplane),
        clock(time),
        hops([this](const Delivery& delivery) {
          if (traces != nullptr) traces->on_delivery(delivery);
        }),
        fan_out(loop, rooms, hops, clock),
        repair(backplane, shards, rooms, fan_out),
        reader(backplane, rooms, fan_out, repair, clock),
        joins(rooms, reader, repair),
        leases(
            loop, backends.presence(), instance, clock,
            [this] {
              presence.resync();
              if (watch != nullptr) watch->on_doubt();
            },
            [this](const auto& living) {
              presence.on_living(living);
              if (watch != nullptr) watch->on_living(living);
            }),
        presence(loop, backends.presence(), shards, instance, rooms, fan_out, clock,
                 [this] { return leases.is_complete(); }),
        metering(loop, backplane, instance, limits, clock),
        publisher(backplane, rooms, metering),
        opener(
            backplane, rooms, [this](Room& room, auto then) { presence.load(room, std::move(then)); },
            [this](Room& room) {
              repair.repair(room);
              fan_out.touch(room);
            }),
        check_timer(loop) {}

  [[no_unique_address]] ThreadCheck thread;
  Backplane& backplane;
  StoreShards shards;
  RoomTable rooms;
  const Clock& clock;
  HopCollector hops;
  FanOut fan_out;
  Repair repair;
  LogReader reader;
  Joins joins;
  Leases leases;
  Presence presence;
  Metering metering;
  Publisher publisher;
  RoomOpener opener;
  boost::asio::steady_timer check_timer;
  RoomWatch* watch = nullptr;
  TraceSink* traces = nullptr;
};

}  // namespace chat
