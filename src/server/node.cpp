#include "chat/server/node.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "chat/backplane/factory.hpp"
#include "chat/base/digest.hpp"
#include "chat/base/log.hpp"
#include "chat/hub/hub.hpp"
#include "chat/hub/shard.hpp"
#include "chat/transport/http_transports.hpp"
#include "chat/transport/hub_transports.hpp"
#include "chat/transport/listener.hpp"
#include "chat/transport/logical_connections.hpp"
#include "chat/transport/negotiation.hpp"
#include "chat/transport/static_files.hpp"
#include "chat/transport/websocket_connections.hpp"
#include "server/endpoints.hpp"
#include "server/heartbeat.hpp"
#include "server/quotas.hpp"
#include "server/secret_agreement.hpp"
#include "server/signals.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;

constexpr Milliseconds kDrainLook{50};  // how often a draining node looks whether it is empty
constexpr Seconds kGoodbyes{2};         // for close frames, and then for the registry

asio::ip::tcp::endpoint parse_endpoint(const std::string& listen) {
  const auto colon = listen.rfind(':');
  auto host = listen.substr(0, colon);
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  return {asio::ip::make_address(host), static_cast<std::uint16_t>(std::stoul(listen.substr(colon + 1)))};
}

std::unique_ptr<Backends> make_backends(asio::io_context& loop, const Config& config) {
  const Retention retention{config.history, Seconds(config.history_days * 24 * 3600)};
  if (config.redis.empty()) return make_memory_backends(loop, make_memory_bus(retention));
  return make_redis_backends(loop, *redis_url_of(config), retention, {config.ack, config.ack_replicas});
}

/// A connection is a descriptor: as many as the system allows, not the 1024 a shell starts programs with.
std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

std::uint32_t shard_count(const Config& config) {
  return config.shards > 0 ? config.shards : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

/// In order of construction: what is below uses what is above. The admission outlives the loops, because a loop's
/// destructor ends connections that were being accepted.
struct Node::Parts {
  explicit Parts(const Config& c);
  ~Parts() { leave_threads(); }

  void run();
  void on_stop_signal();
  void drain();
  void close_clients();
  void leave_cluster();
  void stop_loops();
  void leave_threads();
  /// Looks again and again until no session is left or `patience` is used up.
  void when_empty(std::function<void()> then);
  bool is_ready() const;
  NodeCard card();
  NodeFigures figures() const;
  std::uint64_t sum(std::uint64_t (Shard::*counter)() const) const;

  Config config;
  std::uint64_t descriptors = raise_descriptor_limit();
  bool io_uring = config.io_uring == Config::IoUring::automatic && is_io_uring_available();
  SystemClock clock;
  UnixMs started_at = clock.unix_ms();
  SessionSettings session_settings;
  TransportSettings transport_settings;
  StaticFiles files;
  Router router;
  Admission admission;
  RateTable rates;
  std::deque<asio::io_context> loops;
  std::unique_ptr<Backends> backends;
  Hub hub;
  std::deque<Shard> shards;
  std::deque<WebSocketConnections> websockets;
  std::deque<LogicalConnections> logical;
  ConnectionHomes homes;
  std::unique_ptr<Listener> listener;
  Heartbeat heartbeat;
  SecretAgreement secret_agreement;
  Signals signals;
  asio::steady_timer drain_timer;
  Milliseconds patience{0};  // of a node that leaves, for its clients
  int stop_signals = 0;
  bool draining = false, closing = false;
  std::uint64_t deliveries_before = 0;  // at the last heartbeat
  Instant heartbeat_before = clock.now();
  std::vector<std::thread> threads;
};

Node::Parts::Parts(const Config& c)
    : config(c),
      session_settings{config.node_id,
                       {config.messages_per_second, config.message_burst},
                       requests_of_person(config),
                       requests_of_address(config),
                       input_of_address(config)},
      transport_settings{config.allowed_origins,
                         *AddressRanges::parse(config.trusted_proxies),
                         config.compression,
                         {},
                         config.allowed_hosts,
                         connects_of_address(config),
                         http_requests_of_address(config)},
      files(config.web),
      admission({config.max_connections, config.max_connections_per_address}),
      loops([this] {
        std::deque<asio::io_context> made;
        for (std::uint32_t i = 0; i < shard_count(config); ++i) made.emplace_back(1);
        return made;
      }()),
      backends(make_backends(loops[0], config)),
      hub(loops[0], *backends, config.node_id + '.' + random_hex(3), usage_limits(config), clock),
      heartbeat(loops[0], backends->registry(), clock, [this] { return card(); }),
      secret_agreement(loops[0], backends->relay(), transport_settings.secret, clock),
      signals(loops[0]),
      drain_timer(loops[0]) {
  std::vector<ShardEntrance> entrances;
  for (std::uint32_t i = 0; i < loops.size(); ++i) {
    Shard& shard = shards.emplace_back(i, loops[i], hub, session_settings, rates, clock);
    hub.attach(shard);
    entrances.push_back({shard, websockets.emplace_back(shard, io_uring),
                         logical.emplace_back(shard, backends->relay(), loops[0]), admission, homes});
    homes.add(websockets.back());
  }
  add_http_transports(router, transport_settings);
  add_hub_transports(router, transport_settings);
  add_negotiation(router, transport_settings);
  router.fallback([this](const HttpCall& call) { call.reply(files.serve(call.request)); });
  add_endpoints(router, {loops[0], config.node_id, backends->registry(), clock, [this] { return draining; },
                         [this] { return is_ready(); }, [this] { return figures(); }});
  listener =
      std::make_unique<Listener>(parse_endpoint(config.listen), std::move(entrances), router, transport_settings);
}

std::uint64_t Node::Parts::sum(std::uint64_t (Shard::*counter)() const) const {
  return std::accumulate(shards.begin(), shards.end(), std::uint64_t{0},
                         [counter](std::uint64_t total, const Shard& shard) { return total + (shard.*counter)(); });
}

bool Node::Parts::is_ready() const {
  return hub.is_available() && heartbeat.is_announced() && !transport_settings.secret.view().empty();
}

NodeCard Node::Parts::card() {
  const Instant now = clock.now();
  const std::chrono::duration<double> passed = now - std::exchange(heartbeat_before, now);
  const std::uint64_t delivered = sum(&Shard::deliveries);
  const auto lately = static_cast<double>(delivered - std::exchange(deliveries_before, delivered));
  return {config.node_id,          config.node_name,
          config.node_description, started_at,
          clock.unix_ms(),         sum(&Shard::session_count),
          hub.room_count(),        passed.count() > 0 ? lately / passed.count() : 0};
}

NodeFigures Node::Parts::figures() const {
  return {config.node_id,
          io_uring ? "io_uring" : "send",
          sum(&Shard::session_count),
          hub.room_count(),
          sum(&Shard::deliveries),
          static_cast<double>(started_at) / 1000,
          draining,
          hub.is_available()};
}

void Node::Parts::run() {
  log_info("listening", {{"address", config.listen.substr(0, config.listen.rfind(':') + 1) +
                                         std::to_string(listener->address().port())},
                         {"node", config.node_id},
                         {"version", CHAT_VERSION},
                         {"shards", shards.size()},
                         {"backplane", config.redis.empty() ? "memory" : "redis"},
                         {"sends", io_uring ? "io_uring" : "send"},
                         {"descriptors", descriptors}});
  signals.start([this] { on_stop_signal(); });
  hub.start();
  heartbeat.start();
  if (config.secret.empty()) {
    secret_agreement.start();
  } else {
    transport_settings.secret.set(config.secret);
  }
  listener->start();
  for (auto& shard : shards) shard.start();
  for (auto& connections : websockets) connections.start();
  for (auto& connections : logical) connections.start();
  for (std::size_t i = 1; i < loops.size(); ++i) {
    threads.emplace_back([&loop = loops[i]] {
      const auto work = asio::make_work_guard(loop);
      loop.run();
    });
  }
  const auto work = asio::make_work_guard(loops[0]);
  loops[0].run();
  leave_threads();
  log_info("stopped", {{"node", config.node_id}});
}

// ---- leaving -----------------------------------------------------------------------------------------------------

/// The first signal asks the node to leave, the second not to wait for its clients, the third to end at once.
void Node::Parts::on_stop_signal() {
  ++stop_signals;
  if (stop_signals == 1) return drain();
  if (stop_signals > 2) return stop_loops();
  log_info("hurrying", {{"node", config.node_id}, {"sessions", sum(&Shard::session_count)}});
  if (!closing) patience = Milliseconds{0};
}

void Node::Parts::drain() {
  draining = true;
  log_info("draining",
           {{"node", config.node_id}, {"sessions", sum(&Shard::session_count)}, {"seconds", config.drain_seconds}});
  listener->stop();
  heartbeat.stop();
  backends->registry().withdraw(config.node_id);
  const Seconds time(config.drain_seconds);
  for (auto& shard : shards) shard.post(to_shard::Drain{time});
  patience = time;
  when_empty([this] { close_clients(); });
}

void Node::Parts::close_clients() {
  closing = true;
  for (auto& shard : shards) shard.post(to_shard::CloseAll{});
  patience = kGoodbyes;
  when_empty([this] { leave_cluster(); });
}

void Node::Parts::leave_cluster() {
  hub.resign();
  // Redis answers in order: with this answer all that was written before has arrived.
  backends->registry().list([this](const Result<std::vector<NodeCard>>&) { stop_loops(); });
  drain_timer.expires_after(kGoodbyes);
  drain_timer.async_wait([this](boost::system::error_code error) {
    if (!error) stop_loops();
  });
}

void Node::Parts::when_empty(std::function<void()> then) {
  if (sum(&Shard::session_count) == 0 || patience <= Milliseconds{0}) return then();
  drain_timer.expires_after(kDrainLook);
  drain_timer.async_wait([this, then = std::move(then)](boost::system::error_code error) mutable {
    if (error) return;
    patience -= kDrainLook;
    when_empty(std::move(then));
  });
}

void Node::Parts::stop_loops() {
  backends->backplane().stop();
  for (auto& loop : loops) loop.stop();
}

void Node::Parts::leave_threads() {
  for (auto& thread : threads) thread.join();
  threads.clear();
}

Node::Node(const Config& config) : parts_(std::make_unique<Parts>(config)) {}
Node::~Node() = default;
void Node::run() { parts_->run(); }

}  // namespace chat
