#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "chat/backplane/node_registry.hpp"
#include "chat/base/clock.hpp"
#include "chat/transport/router.hpp"
#include "server/metrics.hpp"

namespace chat {

/// What the endpoints report about. The functions are called on `loop`.
struct NodeView {
  boost::asio::io_context& loop;
  std::string id;
  NodeRegistry& registry;
  const Clock& clock;
  std::function<bool()> is_draining;
  std::function<std::vector<std::string>()> faults;  // why it cannot serve; nothing: it can
  std::function<NodeFigures()> figures;
};

/// GET /health: this process serves. GET /ready: it should get new clients. GET /nodes: the cluster.
/// GET /metrics: this node, for Prometheus.
void add_endpoints(Router& router, const NodeView& view);

}  // namespace chat
