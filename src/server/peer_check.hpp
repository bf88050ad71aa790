#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "chat/backplane/node_registry.hpp"

namespace chat {

/// Asks the other nodes, by their addresses in the registry, whether one of them reaches the store: a node that has
/// lost it does not know whether it is alone with that. They are asked for the list of nodes, which is in the store,
/// because a node may not have noticed yet that it has lost it, too. Thread: `loop`.
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

/// Where the other nodes reach a node that listens at `listen`, HOST:PORT: all addresses stand for the name of the
/// machine.
std::string advertised_address(const std::string& listen, std::uint16_t port);

}  // namespace chat
