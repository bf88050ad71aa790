#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/api/inbox.hpp"
#include "chat/backplane/cluster_services.hpp"
#include "chat/backplane/overhearing.hpp"
#include "chat/protocols/registry.hpp"
#include "chat/protocols/socketio_emitter.hpp"
#include "chat/rooms/room_mailbox.hpp"
#include "chat/rooms/trace_starts.hpp"
#include "chat/server/node.hpp"
#include "chat/server/process.hpp"
#include "chat/sessions/shard.hpp"
#include "chat/transport/http/static_files.hpp"
#include "chat/transport/listener.hpp"
#include "server/access_control.hpp"
#include "server/api_endpoint.hpp"
#include "server/application_hooks.hpp"
#include "server/cluster_watch.hpp"
#include "server/connect_door.hpp"
#include "server/drain_requests.hpp"
#include "server/endpoints.hpp"
#include "server/heartbeat.hpp"
#include "server/hook_events.hpp"
#include "server/loops.hpp"
#include "server/neighbours.hpp"
#include "server/node_holdings.hpp"
#include "server/node_reports.hpp"
#include "server/node_shards.hpp"
#include "server/operator_desk.hpp"
#include "server/peer_check.hpp"
#include "server/readiness.hpp"
#include "server/rebalance.hpp"
#include "server/secret_agreement.hpp"
#include "server/signals.hpp"
#include "server/span_exporter.hpp"
#include "server/store_time.hpp"
#include "server/trace_reports.hpp"

namespace chat {

/// In order of construction: a part uses parts above it. Both admissions outlive the loops, because a loop's
/// destructor ends the connections that are left.
struct Node::Parts {
  Parts(const Config& c, const Extensions& extensions);

  void connect_emitter();
  void connect_routes();
  void connect_application(const std::string& hooks_file);
  void follow_hooks();
  void run();
  void on_stop_signal();
  void drain();
  void close_clients();
  void leave_cluster();
  void stop_loops();
  /// Looks again and again until no session is left or `patience` is used up.
  void when_empty(std::function<void()> then);
  std::vector<std::string> faults() const;
  NodeCard card();
  void on_announced(const NodeCard& own, const Announced& announced, std::chrono::microseconds round_trip);
  NodeFigures figures() const;
  std::optional<HookFigures> hook_figures() const;
  void show(const std::shared_ptr<const ClusterSeen>& cluster);

  Config config;
  std::uint64_t descriptors = raise_descriptor_limit();
  bool io_uring = config.io_uring == Config::IoUring::automatic && is_io_uring_available();
  SystemClock clock;
  UnixMs started_at = clock.unix_ms();
  SessionSettings session_settings;
  TransportSettings transport_settings;
  std::vector<Protocol> spoken;
  StaticFiles files;
  Router router;
  Admission admission;
  Admission application_admission{{}};
  RateTable rates;
  TraceStarts trace_starts;
  Loops loops;
  std::unique_ptr<ClusterServices> backends;
  NodeInstance instance;
  StoreTime store_time;
  std::unique_ptr<HttpClient> collector;   // null: no spans are exported
  std::unique_ptr<SpanExporter> exporter;  // the same
  TraceReports trace_reports;
  RoomService rooms;
  RoomMailbox mailbox;
  std::unique_ptr<NodeHoldings> holdings;  // null: no application is asked
  AccessControl access;
  std::unique_ptr<Inbox> inbox;  // null: off, or the node is alone
  NodeShards shards;
  std::unique_ptr<SocketIOEmitter> emitter;  // null: off, or the node is alone
  std::unique_ptr<Overhearing> overhearing;  // of its channels
  std::unique_ptr<Listener> listener;
  std::string address;  // HOST:PORT for the other nodes
  NodeReports reports;
  OperatorDesk desk;
  std::unique_ptr<ApiEndpoint> api;
  std::unique_ptr<ApplicationHooks> hooks;  // null: no application is asked
  std::unique_ptr<ConnectDoor> door;        // null: the same
  std::unique_ptr<HookEvents> hook_events;  // null: it hears of nothing
  Neighbours neighbours;
  Rebalance rebalance;
  PeerCheck peers;
  Heartbeat heartbeat;
  Readiness readiness;
  ClusterWatch cluster_watch;
  SecretAgreement secret_agreement;
  DrainRequests drain_requests;
  Signals signals;
  boost::asio::steady_timer drain_timer;
  Milliseconds patience{0};  // of a node that leaves, for its clients
  int stop_signals = 0;
  bool draining = false, closing = false;
  std::string secret_name = name_of_secret(config.secret);
  Milliseconds clock_ahead{0};
  std::uint64_t deliveries_before = 0;  // when they were counted last
  double deliveries_per_second = 0;
  Instant counted_at = clock.now();
  Instant list_at{};  // the nodes
};

}  // namespace chat
