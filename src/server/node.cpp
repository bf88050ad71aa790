#include "chat/server/node.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "chat/backplane/registry.hpp"
#include "chat/base/digest.hpp"
#include "chat/base/log.hpp"
#include "chat/server/version.hpp"
#include "server/access_control.hpp"
#include "server/clock_check.hpp"
#include "server/node_parts.hpp"
#include "server/quotas.hpp"
#include "server/setting_checks.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;

constexpr Seconds kMoves{1};  // over which people are told to try another node

std::unique_ptr<ClusterServices> make_services(asio::io_context& loop, const Config& config) {
  return standard_backplanes().maker_of(config.backplane).make(loop, config.backplane, *backplane_options_of(config));
}

std::string name_of(Config::Auth auth) {
  if (auth == Config::Auth::off) return "off";
  return auth == Config::Auth::optional ? "optional" : "required";
}

std::uint32_t shard_count(const Config& config) {
  return config.threads > 0 ? config.threads : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

Node::Parts::Parts(const Config& c, const Extensions& extensions)
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
      spoken(protocols(
          {{config.signalr_paths, *parse_receive_fields(config.signalr_receive), Seconds(config.client_timeout)}})),
      files(config.web_root),
      admission({config.max_connections, config.max_connections_per_address}),
      loops([this] {
        std::deque<asio::io_context> made;
        for (std::uint32_t i = 0; i < shard_count(config); ++i) made.emplace_back(1);
        return made;
      }()),
      backends(make_services(loops[0], config)),
      instance(config.node_id + '.' + random_hex(3)),
      rooms(loops[0], *backends, instance, usage_limits(config), clock),
      mailbox(loops[0], rooms),
      access(loops[0], backends->kv(), clock, config,
             [this] {
               for (auto& shard : shards) shard.post(to_shard::Recheck{});
             }),
      neighbours(clock),
      peers(loops[0], config.allowed_hosts.empty() ? std::string{} : config.allowed_hosts.front()),
      heartbeat(
          loops[0], backends->registry(), clock, [this] { return card(); },
          [this](const NodeCard& own, const Announced& announced, Milliseconds round_trip) {
            on_announced(own, announced, round_trip);
          }),
      readiness(
          loops[0], clock, admission, [this] { return faults(); },
          [this] {
            peers.find_well([this] {
              for (auto& shard : shards) shard.post(to_shard::Move{kMoves});
            });
          }),
      secret_agreement(loops[0], backends->kv(), transport_settings.secret, clock),
      signals(loops[0]),
      drain_timer(loops[0]) {
  spoken.insert(spoken.end(), extensions.protocols.begin(), extensions.protocols.end());
  session_settings.policy = &access.policy();
  session_settings.authenticator = access.authenticator();
  session_settings.requires_token = config.auth == Config::Auth::required;
  mailbox.moderate_with(access);
  std::vector<ShardContext> entrances;
  for (std::uint32_t i = 0; i < loops.size(); ++i) {
    Shard& shard = shards.emplace_back(i, loops[i], mailbox, session_settings, rates, clock);
    mailbox.attach(shard);
    entrances.push_back({shard, websockets.emplace_back(shard, io_uring),
                         logical.emplace_back(shard, backends->messenger(), backends->kv(), loops[0]), admission,
                         homes});
    homes.add(websockets.back());
  }
  for (const auto& protocol : spoken) protocol.add_routes(router, transport_settings);
  router.fallback([this](const HttpCall& call) { call.reply(files.serve(call.request)); });
  add_endpoints(
      router, {loops[0], config.node_id, name_of(config.auth), backends->registry(), clock, [this] { return draining; },
               [this] {
                 readiness.look();
                 return faults();
               },
               [this] {
                 readiness.look();
                 return admission.is_open();
               },
               [this] { return figures(); }});
  admission.set_open(config.is_alone());  // a node alone has nothing to wait for
  listener =
      std::make_unique<Listener>(parse_endpoint(config.listen), std::move(entrances), router, transport_settings);
}

std::uint64_t Node::Parts::sum(std::uint64_t (Shard::*counter)() const) const {
  return std::accumulate(shards.begin(), shards.end(), std::uint64_t{0},
                         [counter](std::uint64_t total, const Shard& shard) { return total + (shard.*counter)(); });
}

std::vector<std::string> Node::Parts::faults() const {
  auto faults = neighbours.faults();
  for (auto& fault : access.faults()) faults.push_back(std::move(fault));
  if (transport_settings.secret.view().empty()) faults.emplace_back("the nodes have not agreed on a secret yet");
  if (!heartbeat.is_announced()) faults.emplace_back("the cluster has not heard of this node yet");
  if (!rooms.is_available()) faults.insert(faults.begin(), "Redis does not answer");
  return faults;
}

void Node::Parts::on_announced(const NodeCard& own, const Announced& announced, Milliseconds round_trip) {
  clock_ahead = check_clock(clock, announced, round_trip, clock_ahead);
  neighbours.on_announced(own, announced);
  backends->registry().list([this, own](const Result<std::vector<NodeCard>>& cards) {
    if (!cards) return;
    neighbours.on_listed(own, *cards);
    peers.know(*cards, own.id);
  });
}

NodeCard Node::Parts::card() {
  const Instant now = clock.now();
  const std::chrono::duration<double> passed = now - std::exchange(heartbeat_before, now);
  const std::uint64_t delivered = sum(&Shard::deliveries);
  const auto lately = static_cast<double>(delivered - std::exchange(deliveries_before, delivered));
  return {config.node_id,
          config.node_name,
          config.node_description,
          started_at,
          clock.unix_ms(),
          sum(&Shard::session_count),
          rooms.room_count(),
          passed.count() > 0 ? lately / passed.count() : 0,
          instance,
          std::string(version()),
          secret_name,
          clock_ahead.count(),
          advertised_address(config.listen, listener->address().port())};
}

NodeFigures Node::Parts::figures() const {
  return {config.node_id,
          io_uring ? "io_uring" : "send",
          sum(&Shard::session_count),
          rooms.room_count(),
          sum(&Shard::deliveries),
          static_cast<double>(started_at) / 1000,
          draining,
          rooms.is_available()};
}

void Node::Parts::run() {
  log_info("listening", {{"address", config.listen.substr(0, config.listen.rfind(':') + 1) +
                                         std::to_string(listener->address().port())},
                         {"node", config.node_id},
                         {"version", version()},
                         {"shards", shards.size()},
                         {"backplane", standard_backplanes().maker_of(config.backplane).name},
                         {"sends", io_uring ? "io_uring" : "send"},
                         {"descriptors", descriptors}});
  if (config.auth == Config::Auth::off && !parse_endpoint(config.listen).address().is_loopback()) {
    log_info("open_cluster", {{"meaning", "everybody that reaches this node may read and write its rooms"},
                              {"do", "set --auth, or let only trusted clients reach it"}});
  }
  signals.start([this] { on_stop_signal(); }, [this] { access.reload(); });
  access.start();
  rooms.start();
  heartbeat.start();
  readiness.start();
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

void Node::Parts::leave_threads() {
  for (auto& thread : threads) thread.join();
  threads.clear();
}

Node::Node(const Config& config, const Extensions& extensions) : parts_(std::make_unique<Parts>(config, extensions)) {}
Node::~Node() = default;
void Node::run() { parts_->run(); }

}  // namespace chat
