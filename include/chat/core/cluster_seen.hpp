#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat/core/message.hpp"

namespace chat {

/// A node as the others see it now.
struct NodeSeen {
  enum class State : std::uint8_t {
    ready,
    draining,  // it leaves, and moves its clients first
    silent,    // it has stopped to announce itself: it is dead, frozen or cut off
  };
  std::string id;
  std::string name;
  State state = State::ready;
  std::uint64_t connections = 0;
  std::uint64_t rooms = 0;
  double messages_per_second = 0;  // deliveries to its clients
  UnixMs started_at = 0;
  std::string version;
};

std::string_view to_text(NodeSeen::State state);

/// The cluster at one moment, as the client's node sees it. A node that has left is not in it.
struct ClusterSeen {
  UnixMs time = 0;
  std::vector<NodeSeen> nodes;      // by id; at most limits::kNodesSeen
  bool store_answers = false;       // if not, the nodes are as they were seen last
  double store_round_trip_ms = -1;  // of the last question; below 0: none was answered yet
  std::string details{};            // for operators: JSON; empty: the client is none, or has not asked for them
};

}  // namespace chat
