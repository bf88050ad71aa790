#pragma once

#include <string>
#include <string_view>

/// Where everything of ours stands in Redis; src/backplane/README.md has the same as a table. The braces make the
/// keys of one room one hash slot; a room's name has no brace by its own rule (is_room_name).
namespace chat::redis {

inline std::string room_key(std::string_view room, std::string_view part) {
  std::string key = "chat:{";
  key += room;
  key += "}:";
  key += part;
  return key;
}
inline constexpr std::string_view kMeta = "meta";           // hash: run, top, epoch, ended, generation
inline constexpr std::string_view kLog = "log";             // stream: 0-<offset>, field m
inline constexpr std::string_view kLive = "live";           // shard channel
inline constexpr std::string_view kSendersA = "senders:a";  // hash: sender → n:offset
inline constexpr std::string_view kSendersB = "senders:b";
inline constexpr std::string_view kPeople = "people";  // hash: "<instance> <user id>" → name

inline constexpr std::string_view kSecret = "chat:secret";  // text: what connection tokens are signed with
inline constexpr std::string_view kLeases = "chat:leases";  // sorted set: instance, milliseconds
inline constexpr std::string_view kNodes = "chat:nodes";    // set: node ids
inline std::string node_key(std::string_view id) { return "chat:node:" + std::string(id); }

inline constexpr std::string_view kBroadcast = "chat:nodes:told";  // shard channel: what nodes tell all nodes

inline std::string claim_key(std::string_view name) { return "chat:{" + std::string(name) + "}:claimed"; }  // expires

/// Shard channels: what is asked of a connection, and what a node is answered.
inline std::string relay_channel(std::string_view address) { return "chat:{" + std::string(address) + "}:asked"; }
inline std::string answers_channel(std::string_view node) { return "chat:{" + std::string(node) + "}:answers"; }

inline std::string_view between_braces(std::string_view channel, std::string_view tail) {
  constexpr std::string_view head = "chat:{";
  if (!channel.starts_with(head) || !channel.ends_with(tail)) return {};
  return channel.substr(head.size(), channel.size() - head.size() - tail.size());
}
/// The room, or the connection, in a channel name of ours; or empty.
inline std::string_view room_of_channel(std::string_view channel) { return between_braces(channel, "}:live"); }
inline std::string_view address_of_channel(std::string_view channel) { return between_braces(channel, "}:asked"); }

}  // namespace chat::redis
