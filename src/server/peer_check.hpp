#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "chat/backplane/node_registry.hpp"

namespace chat {

/// Asks the other nodes, by their addresses in the registry, whether one of them reaches the store. A node that has
/// lost the store cannot tell whether the others have lost it, too. It asks for the list of nodes, which is in the
/// store, because another node may not have noticed its loss yet. Thread: `loop`.
class PeerCheck {
 public:
  /// `host`: the name by which the nodes, which share their settings, may be called; empty: any.
  PeerCheck(boost::asio::io_context& loop, std::string host) : loop_(loop), host_(std::move(host)) {}

  /// The nodes as they were last listed, while the store could be asked.
  void know(const std::vector<NodeCard>& cards, const std::string& own_id);
  /// Calls `found` once, if one of them answers well within a second.
  void find_well(std::function<void()> found);

 private:
  boost::asio::io_context& loop_;
  std::string host_;
  std::vector<std::string> addresses_;
};

/// The address of a node for the other nodes, from `listen`, HOST:PORT. If the node listens on all addresses, it is the
/// name of the machine.
std::string advertised_address(const std::string& listen, std::uint16_t port);

}  // namespace chat
