#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chat/backplane/backplane.hpp"

namespace chat {

/// The hooks of the application at one moment.
struct HookFigures {
  std::uint64_t waiting = 0;  // events in the store's queue, dead letters, and those that it had no place for
  std::uint64_t dead = 0;
  std::uint64_t lost = 0;
  std::uint64_t in_hand = 0;                             // that this node has taken and not delivered yet
  std::vector<std::pair<std::string, bool>> breakers{};  // by hook: whether it is open
};

/// The counts and measurements of a node at one moment.
struct NodeFigures {
  std::string node;
  std::string sends;  // how frames get into sockets: io_uring or send
  std::uint64_t connections = 0;
  std::uint64_t rooms = 0;
  std::uint64_t deliveries = 0;  // since the start
  double started_at = 0;         // Unix seconds
  bool draining = false;
  bool ready = false;
  bool backplane_available = false;
  StoreMemory store{};
  double clock_ahead = 0;              // seconds, of the store's clock
  std::uint64_t inbox_waiting = 0;     // entries that this node has taken and not stored yet
  std::optional<HookFigures> hooks{};  // none: no application is asked
};

/// In the text format of Prometheus, version 0.0.4. Names and meanings stand in metrics.cpp.
std::string to_prometheus(const NodeFigures& figures);

}  // namespace chat
