#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/event.hpp"
#include "chat/rooms/hop_collector.hpp"
#include "chat/rooms/shard_port.hpp"
#include "rooms/room_table.hpp"

namespace chat {

/// Posts messages and events to the shards that have members of a room. It encodes once for each format that a member
/// reads, and posts the same bytes to each shard. A busy room gathers messages first, see Pace.
/// Thread: the loop of the rooms. Owner: RoomService. Bound: a room is in touched_ once.
class FanOut {
 public:
  FanOut(boost::asio::io_context& loop, RoomTable& rooms, HopCollector& hops, const Clock& clock);

  /// Before the first room is entered. Shard i is the i-th.
  void attach(ShardPort& shard) { shards_.push_back(&shard); }
  std::size_t shard_count() const { return shards_.size(); }
  /// True if the mailbox of a shard is full.
  bool is_congested() const;

  /// The log of this room may have deliverable messages; the next flush() publishes them.
  void touch(Room& room);
  /// Publishes touched rooms that are due. A timer flushes the others when they are due.
  void flush();
  /// Publishes all deliverable messages of a room now, in one batch.
  void publish(Room& room);

  /// `messages`: how many messages the event counts as; 0 if a slow client may miss it.
  /// `except_user`: the sessions of this user are left out.
  void tell_room(const Room& room, const Event& event, std::size_t messages = 0, std::string except_user = {});
  /// Sends to the members with the right to see the people of the room. A slow client may miss it.
  void tell_watchers(const Room& room, const Event& event);
  /// Posts to every session of the node.
  void tell_all(const Event& event);

  void stop() { timer_.cancel(); }

 private:
  void measure(const Message& oldest);
  void post(const Room& room, const to_shard::ToRoom& mail, std::size_t bytes);
  void flush_after(Instant::duration pause);

  RoomTable& rooms_;
  HopCollector& hops_;
  const Clock& clock_;
  std::vector<ShardPort*> shards_;
  std::vector<std::string> touched_;
  std::uint32_t batches_ = 0;
  boost::asio::steady_timer timer_;
  bool is_timer_set_ = false;
};

}  // namespace chat
