#include "server/api_endpoint.hpp"

#include <stdexcept>
#include <utility>

#include "chat/base/log.hpp"
#include "server/setting_checks.hpp"

namespace chat {
namespace {

std::shared_ptr<const ApiKeys> read_keys(const std::string& path) {
  if (path.empty()) return std::make_shared<const ApiKeys>();
  auto keys = api_keys_from_file(path);
  if (!keys) throw std::runtime_error("--api-keys: " + keys.error().message);
  return *std::move(keys);
}

}  // namespace

ApiEndpoint::ApiEndpoint(const Parts& parts, const Config& config, const ShardContext& entrance)
    : keys_path_(config.api_keys),
      keys_timer_(parts.loop),
      keys_(read_keys(config.api_keys)),
      local_(parts.loop, parts.shards),
      sessions_(parts.loop, parts.backends, local_, parts.instance, parts.secret, parts.clock),
      api_({parts.backends, parts.access.sanctions(), parts.access, sessions_, parts.operations, parts.access.policy(),
            parts.clock, config.node_id, &parts.traces, &parts.hops}),
      settings_{.allowed_origins = {}, .trusted_proxies = {}, .compression = false, .secret = {}, .allowed_hosts = {}} {
  if (keys_path_.empty()) return;
  add_api_routes(router_, parts.loop, api_, keys_);
  std::vector<ShardContext> own{
      {entrance.shard, entrance.websockets, entrance.logical, entrance.relay, parts.admission, entrance.homes}};
  listener_ = std::make_unique<Listener>(parse_endpoint(config.api_listen), std::move(own), router_, settings_);
}

void ApiEndpoint::start() {
  sessions_.start();
  if (!listener_) return;
  listener_->start();
  log_info("api_listening", {{"port", listener_->address().port()}, {"keys", keys_.get()->size()}});
  reload_each_minute();
}

void ApiEndpoint::stop() {
  keys_timer_.cancel();
  if (listener_) listener_->stop();
}

void ApiEndpoint::reload() {
  if (keys_path_.empty()) return;
  auto keys = api_keys_from_file(keys_path_);
  keys ? keys_.set(*std::move(keys)) : log_warn_rarely("api_keys_not_read", {{"why", keys.error().message}});
}

void ApiEndpoint::reload_each_minute() {
  keys_timer_.expires_after(kReloadEvery);
  keys_timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    reload();
    reload_each_minute();
  });
}

}  // namespace chat
