#pragma once

#include <string>
#include <string_view>

#include "chat/backplane/redis.hpp"

namespace chat::redis {

/// Parts of a room. The braces around its name make the keys of one room one hash slot; the name has no brace by its
/// own rule (is_room_name).
inline constexpr std::string_view kState = "state";               // hash: .run, .top, .epoch …; sender → seq:offset
inline constexpr std::string_view kEarlier = "earlier";           // the same, of the senders before them
inline constexpr std::string_view kLog = "log";                   // stream: 0-<offset>, field m
inline constexpr std::string_view kKeysOfEvenDays = "keys:even";  // hash: idempotency key → offset
inline constexpr std::string_view kKeysOfOddDays = "keys:odd";
inline constexpr std::string_view kAges = "ages";      // sorted set: offset, when it was stored
inline constexpr std::string_view kPace = "pace";      // text, ":<person>" behind it: when the pace is at rest again
inline constexpr std::string_view kPeople = "people";  // hash: "<instance> <user id>" → name

/// The names of a cluster's keys and channels in Redis; src/backplane/README.md has them as a table. Every name begins
/// with the prefix of the URL. Redis has one set of channels for all its databases, so a channel's name also carries
/// the number of the database, unless that is 0.
class Keys {
 public:
  explicit Keys(const RedisUrl& url)
      : prefix_(url.prefix + ':'),
        channels_(url.database.empty() ? prefix_ : prefix_ + url.database + ':'),
        key_head_(prefix_ + '{'),
        channel_head_(channels_ + '{'),
        secret_(prefix_ + "secret"),
        previous_secret_(prefix_ + "secret:previous"),
        place_(prefix_ + "store-place"),
        leases_(prefix_ + "leases"),
        nodes_(prefix_ + "nodes"),
        broadcast_(name(channels_, "nodes", "told")) {}

  std::string room(std::string_view room, std::string_view part) const { return name(prefix_, room, part); }
  /// The name in a key of room(); empty for any other key.
  std::string_view room_of_key(std::string_view key, std::string_view part) const {
    return between(key, key_head_, "}:" + std::string(part));
  }
  const std::string& secret() const { return secret_; }  // text: the secret that signs connection tokens
  const std::string& place() const { return place_; }    // text: RedisUrl::place, of a server that shares the rooms
  const std::string& previous_secret() const { return previous_secret_; }  // the one before; expires
  const std::string& leases() const { return leases_; }                    // sorted set: instance, milliseconds
  const std::string& nodes() const { return nodes_; }                      // set: node ids
  std::string node(std::string_view id) const { return prefix_ + "node:" + std::string(id); }
  std::string claim(std::string_view address) const { return name(prefix_, address, "claimed"); }   // expires
  std::string list_entries(std::string_view list) const { return name(prefix_, list, "entries"); }  // see lua/list.lua
  std::string list_ends(std::string_view list) const { return name(prefix_, list, "ends"); }
  std::string queue(std::string_view queue) const { return prefix_ + std::string(queue); }            // stream
  std::string queue_lost(std::string_view queue) const { return this->queue(queue) + ":lost"; }       // hash
  std::string queue_lease(std::string_view queue) const { return this->queue(queue) + ":consumer"; }  // text; expires
  // See lua/holdings.lua.
  std::string holdings(std::string_view instance) const { return name(prefix_, instance, "holdings"); }
  std::string holders() const { return prefix_ + "holders"; }           // set: instances
  std::string held_rooms() const { return prefix_ + "holders:rooms"; }  // hash: room → nodes

  /// Shard channel: broadcasts to all nodes.
  const std::string& broadcast_channel() const { return broadcast_; }
  /// Shard channels: a room's messages and signals, the requests to a connection, the answers to a node, the changes of
  /// a list.
  std::string live_channel(std::string_view room) const { return name(channels_, room, "live"); }
  std::string messenger_channel(std::string_view address) const { return name(channels_, address, "asked"); }
  std::string list_channel(std::string_view list) const { return name(channels_, list, "changed"); }
  std::string answers_channel(std::string_view node) const { return name(channels_, node, "answers"); }

  /// The room, the connection or the node in a channel of this cluster; empty for any other channel.
  std::string_view room_of(std::string_view channel) const { return between(channel, channel_head_, "}:live"); }
  std::string_view address_of(std::string_view channel) const { return between(channel, channel_head_, "}:asked"); }
  std::string_view asker_of(std::string_view channel) const { return between(channel, channel_head_, "}:answers"); }

 private:
  static std::string name(std::string_view head, std::string_view tag, std::string_view part) {
    std::string key(head);
    key += '{';
    key += tag;
    key += "}:";
    key += part;
    return key;
  }
  static std::string_view between(std::string_view text, std::string_view head, std::string_view tail) {
    if (text.size() < head.size() + tail.size()) return {};
    if (!text.starts_with(head) || !text.ends_with(tail)) return {};
    return text.substr(head.size(), text.size() - head.size() - tail.size());
  }

  std::string prefix_;
  std::string channels_;
  std::string key_head_, channel_head_;
  std::string secret_, previous_secret_, place_, leases_, nodes_, broadcast_;
};

}  // namespace chat::redis
