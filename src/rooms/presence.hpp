#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chat/backplane/presence_store.hpp"
#include "chat/base/clock.hpp"
#include "chat/base/hash.hpp"
#include "chat/rooms/own_people.hpp"
#include "rooms/fan_out.hpp"
#include "rooms/room_table.hpp"
#include "rooms/store_shards.hpp"

namespace chat {

/// Publishes which users enter and leave the rooms through this node, and tells members which users are in their room
/// through any node. Changes of one room within a flush interval leave together. This node's own changes reach its
/// members through the store, like those of the other nodes. Thread: the loop of the rooms. Owner: RoomService. Units:
/// a flush every 100 ms; every second while many rooms change. Errors: a change that the store refuses is published
/// again a second later.
class Presence {
 public:
  using OnLoaded = std::function<void(Room&)>;

  /// `knows_nodes`: whether the store can tell a dead node from one that has not renewed its lease yet.
  Presence(boost::asio::io_context& loop, PresenceStore& store, const StoreShards& shards, NodeInstance instance,
           RoomTable& rooms, FanOut& fan_out, const Clock& clock, std::function<bool()> knows_nodes);

  /// A shard of the store answers. While the shard of a room does not, members are not told that a user has left.
  /// `is_first`: the shard was not lost before. Otherwise the rosters may be stale: they are read again when the store
  /// knows the living nodes.
  void on_available(bool is_first);

  /// A room that is new in the table gets the users back whose leave has not been published yet.
  void adopt(Room& room);
  void enter(Room& room, const User& user);
  void leave(Room& room, const User& user);
  void rename(Room& room, const User& before, const User& user);
  /// Before the room is erased: the next flush publishes its unpublished changes.
  void retire(Room& room);

  /// Reads the roster of a room that is being opened. The users that it finds are not announced as new.
  void load(Room& room, OnLoaded on_loaded);
  /// Another node, or this one, published a change.
  void on_change(Room& room, std::string_view payload);
  /// The store knows the living nodes: users of the others have left.
  void on_living(const std::vector<NodeInstance>& living);
  /// Publishes all users of this node again and reads all rosters again; or those of the rooms of one shard.
  void resync(std::optional<StoreShard> only = {});

  /// Publishes the changes of up to kRoomsPerTurn rooms, and tells the members of these rooms.
  void flush();
  /// Once a second.
  void retry_refused();
  /// Publishes all changes now, and stops the timer.
  void stop();

 private:
  using Through = PresenceStore::Through;
  void read(Room& room, OnLoaded on_loaded);
  void read(Room& room, Through through, OnLoaded on_loaded);
  void touch(Room& room);
  void touch(const std::string& room);
  void flush_after(Milliseconds pause);
  void flush_rooms(std::size_t max_rooms);
  void tell_members(Room& room);
  bool publish(const std::string& room, OwnPeople& people);
  void on_published(const std::string& room, const PresenceChange& change, bool is_stored);

  PresenceStore& store_;
  const StoreShards& shards_;
  NodeInstance instance_;
  RoomTable& rooms_;
  FanOut& fan_out_;
  const Clock& clock_;
  std::function<bool()> knows_nodes_;
  std::vector<std::string> changed_;  // rooms of the next flush
  std::vector<std::string> due_;      // rooms that the present flush has not reached yet
  std::set<std::string> refused_;     // rooms with a change that the store refused
  TextMap<OwnPeople> departed_;       // of rooms that have no members here any more
  boost::asio::steady_timer timer_;
  bool is_storm_ = false;  // many rooms changed in one interval
  bool is_stale_ = false;  // rosters are to be read again: a read failed or missed nodes
};

}  // namespace chat
