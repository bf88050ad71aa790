#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/clock.hpp"
#include "chat/core/error.hpp"

namespace chat {

/// The entry of a node in the registry, renewed with every heartbeat.
struct NodeCard {
  std::string id;
  std::string name;
  std::string description;
  UnixMs started_at = 0;
  UnixMs last_seen = 0;
  std::uint64_t connections = 0;
  std::uint64_t rooms = 0;
  double messages_per_second = 0;  // deliveries to its clients, over the last second or so
  std::string instance{};          // this life of the node: the id and something that no other life has
  std::string version{};
  std::string secret{};          // names the secret that signs its connection tokens, without telling it
  std::int64_t clock_ahead = 0;  // milliseconds by which its clock is ahead of the store's
  std::string address{};         // HOST:PORT where the other nodes reach it
  bool draining = false;         // it leaves
};

/// The registry's answer to a node that announces itself.
struct Announced {
  std::string before{};       // the instance that announced itself last under this id; empty: none, or long ago
  UnixMs before_started = 0;  // and when that began
  UnixMs time = 0;            // by the store's clock
  UnixUs time_us = 0;         // the same
};

/// The list of nodes. Thread: the backplane loop. Errors: unavailable.
class NodeRegistry {
 public:
  static constexpr Milliseconds kHeartbeat{500};
  static constexpr Seconds kForgottenAfter{45};
  static constexpr Seconds kActiveWithin{30};

  virtual ~NodeRegistry() = default;
  virtual void announce(const NodeCard& card, Completion<Announced> done) = 0;
  virtual void list(Completion<std::vector<NodeCard>> done) = 0;
  virtual void withdraw(std::string_view id) = 0;
};

}  // namespace chat
