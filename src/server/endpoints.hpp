#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "chat/backplane/node_registry.hpp"
#include "chat/base/clock.hpp"
#include "chat/transport/http/router.hpp"
#include "server/metrics.hpp"

namespace chat {

/// The node's state that the endpoints report. The functions are called on `loop`.
struct NodeView {
  boost::asio::io_context& loop;
  std::string id;
  std::string auth;  // off, optional or required
  NodeRegistry& registry;
  const Clock& clock;
  std::function<bool()> is_draining;
  std::function<std::vector<std::string>()> faults;  // the reasons why it cannot serve; none: it can
  std::function<bool()> is_open;                     // it lets new clients in
  std::function<NodeFigures()> figures;
};

/// GET /health: this process serves. GET /ready: it can serve clients; else the reasons. GET /open: it takes new
/// clients, also for a moment without the store; a proxy asks before it hands one over. It refuses with 503, or,
/// if it stays and ?refusal=403 asks for it, with 403 (DECISION 0196). GET /nodes: the cluster. GET
/// /metrics: this node, for Prometheus.
void add_endpoints(Router& router, const NodeView& view);

}  // namespace chat
