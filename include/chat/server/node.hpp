#pragma once

#include <memory>
#include <vector>

#include "chat/protocols/registry.hpp"
#include "chat/server/config.hpp"

namespace chat {

/// Plug-ins that a program adds to this server's own.
struct Extensions {
  std::vector<Protocol> protocols;
};

/// A whole node: shards, rooms, backplane, listener. The only place that names concrete classes of all of them.
class Node {
 public:
  /// Binds the port. Throws std::exception with a sentence when it cannot.
  explicit Node(const Config& config, const Extensions& extensions = {});
  ~Node();

  /// Serves until SIGTERM or SIGINT, then drains: tells clients to come back on another node, finishes requests under
  /// way, and leaves the registry. A second signal closes the clients that are left; a third ends the process at once.
  void run();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace chat
