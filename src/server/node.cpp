#include "chat/server/node.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "chat/api/operator_routes.hpp"
#include "chat/backplane/registry.hpp"
#include "chat/backplane/shards.hpp"
#include "chat/base/digest.hpp"
#include "chat/base/log.hpp"
#include "chat/server/version.hpp"
#include "server/access_control.hpp"
#include "server/clock_check.hpp"
#include "server/node_parts.hpp"
#include "server/quotas.hpp"
#include "server/service_manager.hpp"
#include "server/setting_checks.hpp"

namespace chat {
namespace {

namespace asio = boost::asio;

constexpr Seconds kMoves{1};  // over which people are told to try another node

std::unique_ptr<ClusterServices> make_services(asio::io_context& loop, const Config& config) {
  return standard_backplanes().maker_of(config.backplane).make(loop, config.backplane, *backplane_options_of(config));
}

SocketIOSettings socketio_settings(const Config& config) {
  SocketIOSettings settings{config.socketio_path, Seconds(config.socketio_ping_interval),
                            Seconds(config.socketio_ping_timeout), config.socketio_recovery,
                            config.socketio_conformance};
  const bool chosen = config.socketio_ping_interval != Config{}.socketio_ping_interval;
  if (!settings.conformance || chosen) return settings;
  settings.ping_interval = Milliseconds{300};  // that the public suites expect
  settings.ping_timeout = Milliseconds{200};
  return settings;
}

std::string name_of(Config::Auth auth) {
  if (auth == Config::Auth::off) return "off";
  return auth == Config::Auth::optional ? "optional" : "required";
}

std::string name_of(AckLevel::Kind level) {
  if (level == AckLevel::Kind::stored) return "stored";
  return level == AckLevel::Kind::durable ? "durable" : "replicated";
}

/// The file has been checked; it may be gone by now.
std::vector<SignalRHub> hubs_of(const Config& config) {
  if (config.profiles.empty()) return default_hubs(config.signalr_paths, config.signalr_receive);
  auto hubs = hubs_from_file(config.profiles);
  if (!hubs) throw std::runtime_error("--profiles: " + hubs.error().message);
  return *std::move(hubs);
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
                       input_of_address(config),
                       token_faults_of_address(config),
                       config.people_per_address},
      transport_settings{config.allowed_origins,
                         *AddressRanges::parse(config.trusted_proxies),
                         config.compression,
                         {},
                         config.allowed_hosts,
                         connects_of_address(config),
                         http_requests_of_address(config)},
      spoken(protocols({{hubs_of(config), Seconds(config.client_timeout)}, socketio_settings(config)})),
      files(config.web_root),
      admission({config.max_connections, config.max_connections_per_address}),
      trace_starts(config.trace_sample, rates, clock),
      loops(shard_count(config)),
      backends(make_services(loops.first(), config)),
      instance(config.node_id + '.' + random_hex(3)),
      collector(config.otlp_endpoint.empty() ? nullptr : std::make_unique<HttpClient>(loops.first())),
      exporter(collector
                   ? std::make_unique<SpanExporter>(loops.first(), *collector, config.otlp_endpoint, config.node_id)
                   : nullptr),
      trace_reports({backends->kv(), config.node_id, name_of(config.ack),
                     [this] { return ClockReading{store_time.ahead(), store_time.error()}; }, exporter.get()}),
      rooms(loops.first(), *backends, instance, usage_limits(config), clock),
      mailbox(loops.first(), rooms),
      access(loops.first(), backends->kv(), clock, config, [this] { shards.post(to_shard::Recheck{}); }),
      shards({loops, *backends, mailbox, session_settings, rates, clock, admission, io_uring}),
      reports({loops.first(), shards.all(), rooms, clock, [this] { return faults(); }}),
      desk({loops.first(), *backends, transport_settings.secret, clock, config.node_id, instance, reports,
            [this] { return shards.has_operators(); }}),
      neighbours(clock),
      rebalance(clock),
      peers(loops.first(), config.allowed_hosts.empty() ? std::string{} : config.allowed_hosts.front()),
      heartbeat(
          loops.first(), backends->registry(), clock, [this] { return card(); },
          [this](const NodeCard& own, const Announced& announced, std::chrono::microseconds round_trip) {
            on_announced(own, announced, round_trip);
          }),
      readiness(
          loops.first(), clock, admission, [this] { return faults(); },
          [this] { peers.find_well([this] { shards.post(to_shard::Move{kMoves}); }); }),
      cluster_watch({loops.first(), backends->registry(), clock, [this] { return shards.has_watchers(); },
                     [this] { return rooms.is_available(); },
                     [this](const std::vector<NodeCard>& cards) { desk.on_listed(cards); },
                     [this](const std::shared_ptr<const ClusterSeen>& cluster) { show(cluster); }}),
      secret_agreement(loops.first(), backends->kv(), transport_settings.secret, clock),
      drain_requests(loops.first(), backends->messenger(), transport_settings.secret, instance, [this] { drain(); }),
      signals(loops.first()),
      drain_timer(loops.first()) {
  spoken.insert(spoken.end(), extensions.protocols.begin(), extensions.protocols.end());
  rooms.trace_to(trace_reports);
  session_settings.traces = &trace_starts;
  session_settings.policy = &access.policy();
  session_settings.authenticator = access.authenticator();
  session_settings.requires_token = config.auth == Config::Auth::required;
  mailbox.moderate_with(access);
  if (config.inbox && !config.is_alone()) {
    inbox = std::make_unique<Inbox>(loops.first(), *backends, access.policy(), clock, config.node_id);
  }
  connect_emitter();
  connect_routes();
  admission.set_open(config.is_alone());  // a node alone waits for no store
  api = std::make_unique<ApiEndpoint>(
      ApiEndpoint::Parts{loops.first(), *backends, access, shards.all(), instance, transport_settings.secret, clock,
                         desk, application_admission, trace_starts, trace_reports},
      config, shards.entrances().front());
  add_operator_routes(router, loops.first(), api->server_api(), transport_settings.allowed_origins);
  if (!config.hooks.empty()) connect_application(config.hooks);
  listener = std::make_unique<Listener>(parse_endpoint(config.listen), shards.entrances(), router, transport_settings);
  address = advertised_address(config.listen, listener->address().port());
}

void Node::Parts::connect_emitter() {
  if (!config.socketio_emitter || config.is_alone()) return;
  emitter = std::make_unique<SocketIOEmitter>(config.socketio_emitter_key,
                                              [this](const auto& visit) { shards.visit(visit); });
  auto heard = overhear_redis(
      loops.first(), first_redis_url(config.backplane), *backplane_options_of(config), emitter->patterns(),
      {[this](std::string_view channel, std::string_view payload) { emitter->on_message(channel, payload); },
       [this] { return emitter->is_full(); }});
  if (!heard) throw std::runtime_error("--socketio-emitter: " + heard.error().message);
  overhearing = *std::move(heard);
}

void Node::Parts::connect_routes() {
  for (const auto& protocol : spoken) protocol.add_routes(router, transport_settings);
  router.fallback([this](const HttpCall& call) { call.reply(files.serve(call.request)); });
  add_endpoints(router, {loops.first(), config.node_id, name_of(config.auth), backends->registry(), clock,
                         [this] { return draining; },
                         [this] {
                           readiness.look();
                           return faults();
                         },
                         [this] {
                           readiness.look();
                           return admission.is_open();
                         },
                         [this] { return figures(); }});
  if (const auto path = router.clash()) {
    throw std::runtime_error("the node has two uses for the path " + *path +
                             ": choose another in --profiles, --signalr-paths or --socketio-path");
  }
}

void Node::Parts::connect_application(const std::string& hooks_file) {
  hooks =
      std::make_unique<ApplicationHooks>(ApplicationHooks::Parts{loops.first(), backends->backplane(), api->sessions(),
                                                                 access.policy(), clock, config.node_id},
                                         hooks_file);
  mailbox.decide_with(*hooks, access.policy());
  session_settings.has_method = [this](std::string_view method) { return hooks->has_method(method); };
  const auto wants = [this](HookEvent event, std::string_view room) {
    return hooks->caller().rules()->concerns(event, room);
  };
  holdings = std::make_unique<NodeHoldings>(loops.first(), backends->events(), instance, clock, wants);
  session_settings.watch = holdings.get();
  rooms.watch(*holdings);
  door = std::make_unique<ConnectDoor>(loops.first(), hooks->caller(), hooks->rules(), clock, config.node_id);
  transport_settings.door = door.get();
  session_settings.door = door.get();
  hook_events = std::make_unique<HookEvents>(loops.first(), *backends, clock, hooks->caller());
}

/// The rules are there, or have changed.
void Node::Parts::follow_hooks() {
  const HookRules& rules = *hooks->caller().rules();
  backends->events().enable(
      [this](std::string_view room) { return hooks->caller().rules()->concerns(HookEvent::message_posted, room); },
      rules.max_events());
  hook_events->follow_rules();
}

void Node::Parts::run() {
  log_info("listening", {{"address", config.listen.substr(0, config.listen.rfind(':') + 1) +
                                         std::to_string(listener->address().port())},
                         {"node", config.node_id},
                         {"version", version()},
                         {"shards", shards.all().size()},
                         {"backplane", standard_backplanes().maker_of(config.backplane).name},
                         {"sends", io_uring ? "io_uring" : "send"},
                         {"descriptors", descriptors}});
  if (config.auth == Config::Auth::off && !parse_endpoint(config.listen).address().is_loopback()) {
    log_info("open_cluster", {{"meaning", "every client that reaches this node may read and write its rooms"},
                              {"do", "set --auth, or let only trusted clients reach it"}});
  }
  signals.start([this] { on_stop_signal(); },
                [this] {
                  access.reload();
                  api->reload();
                  if (!hooks) return;
                  hooks->reload();
                  if (!draining) follow_hooks();
                });
  access.start();
  if (hooks) follow_hooks();
  rooms.start();
  if (inbox) inbox->start();
  if (overhearing) overhearing->start();
  heartbeat.start();
  readiness.start();
  drain_requests.start();
  desk.start();
  cluster_watch.start();
  if (config.secret.empty()) {
    secret_agreement.start();
  } else {
    transport_settings.secret.set(config.secret);
  }
  listener->start();
  api->start();
  shards.start();
  tell_service_manager("READY=1");
  loops.run();
  log_info("stopped", {{"node", config.node_id}});
}

Node::Node(const Config& config, const Extensions& extensions) : parts_(std::make_unique<Parts>(config, extensions)) {}
Node::~Node() = default;
void Node::run() { parts_->run(); }

}  // namespace chat
