#pragma once

#include <cstdint>
#include <string>

namespace chat {

/// What a node counts and measures, as it is at one moment.
struct NodeFigures {
  std::string node;
  std::string sends;  // how frames get into sockets: io_uring or send
  std::uint64_t connections = 0;
  std::uint64_t rooms = 0;
  std::uint64_t deliveries = 0;  // since the start
  double started_at = 0;         // Unix seconds
  bool draining = false;
  bool backplane_available = false;
};

/// In the text format of Prometheus, version 0.0.4. Names and meanings stand in metrics.cpp.
std::string to_prometheus(const NodeFigures& figures);

}  // namespace chat
