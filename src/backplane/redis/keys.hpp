#pragma once

#include <string>
#include <string_view>

#include "chat/backplane/redis.hpp"

namespace chat::redis {

/// Parts of a room. The braces around its name make the keys of one room one hash slot; the name has no brace by its
/// own rule (is_room_name).
inline constexpr std::string_view kMeta = "meta";           // hash: run, top, epoch, ended, generation
inline constexpr std::string_view kLog = "log";             // stream: 0-<offset>, field m
inline constexpr std::string_view kSendersA = "senders:a";  // hash: sender → seq:offset
inline constexpr std::string_view kSendersB = "senders:b";
inline constexpr std::string_view kPeople = "people";  // hash: "<instance> <user id>" → name

/// The names of a cluster's keys and channels in Redis; src/backplane/README.md has them as a table. Every name begins
/// with the prefix of the URL. Redis has one set of channels for all its databases, so a channel's name also carries
/// the number of the database, unless that is 0.
class Keys {
 public:
  explicit Keys(const RedisUrl& url)
      : prefix_(url.prefix + ':'),
        channels_(url.database.empty() ? prefix_ : prefix_ + url.database + ':'),
        channel_head_(channels_ + '{'),
        secret_(prefix_ + "secret"),
        previous_secret_(prefix_ + "secret:previous"),
        leases_(prefix_ + "leases"),
        nodes_(prefix_ + "nodes"),
        broadcast_(name(channels_, "nodes", "told")) {}

  std::string room(std::string_view room, std::string_view part) const { return name(prefix_, room, part); }
  const std::string& secret() const { return secret_; }  // text: the secret that signs connection tokens
  const std::string& previous_secret() const { return previous_secret_; }  // the one before; expires
  const std::string& leases() const { return leases_; }                    // sorted set: instance, milliseconds
  const std::string& nodes() const { return nodes_; }                      // set: node ids
  std::string node(std::string_view id) const { return prefix_ + "node:" + std::string(id); }
  std::string claim(std::string_view address) const { return name(prefix_, address, "claimed"); }   // expires
  std::string list_entries(std::string_view list) const { return name(prefix_, list, "entries"); }  // see lua/list.lua
  std::string list_ends(std::string_view list) const { return name(prefix_, list, "ends"); }

  /// Shard channel: broadcasts to all nodes.
  const std::string& broadcast_channel() const { return broadcast_; }
  /// Shard channels: a room's messages and signals, the requests to a connection, the answers to a node, the changes of
  /// a list.
  std::string live_channel(std::string_view room) const { return name(channels_, room, "live"); }
  std::string messenger_channel(std::string_view address) const { return name(channels_, address, "asked"); }
  std::string list_channel(std::string_view list) const { return name(channels_, list, "changed"); }
  std::string answers_channel(std::string_view node) const { return name(channels_, node, "answers"); }

  /// The room, the connection or the node in a channel of this cluster; empty for any other channel.
  std::string_view room_of(std::string_view channel) const { return between_braces(channel, "}:live"); }
  std::string_view address_of(std::string_view channel) const { return between_braces(channel, "}:asked"); }
  std::string_view asker_of(std::string_view channel) const { return between_braces(channel, "}:answers"); }

 private:
  static std::string name(std::string_view head, std::string_view tag, std::string_view part) {
    std::string key(head);
    key += '{';
    key += tag;
    key += "}:";
    key += part;
    return key;
  }
  std::string_view between_braces(std::string_view channel, std::string_view tail) const {
    if (channel.size() < channel_head_.size() + tail.size()) return {};
    if (!channel.starts_with(channel_head_) || !channel.ends_with(tail)) return {};
    return channel.substr(channel_head_.size(), channel.size() - channel_head_.size() - tail.size());
  }

  std::string prefix_;
  std::string channels_;
  std::string channel_head_;
  std::string secret_, previous_secret_, leases_, nodes_, broadcast_;
};

}  // namespace chat::redis
