#include "server/backplane_settings.hpp"

#include <fstream>
#include <iterator>

#include "chat/backplane/registry.hpp"

namespace chat {

Result<BackplaneOptions> backplane_options_of(const Config& config) {
  BackplaneOptions options{{config.history_size, Seconds(config.history_days * 24 * 3600)},
                           {config.ack, config.ack_replicas},
                           {},
                           config.redis_ca};
  if (!config.redis_password_file.empty() && !config.is_alone()) {
    std::ifstream file(config.redis_password_file, std::ios::binary);
    std::string& password = options.password;
    password.assign(std::istreambuf_iterator<char>(file), {});
    while (password.ends_with('\n') || password.ends_with('\r')) password.pop_back();
    if (password.empty()) return Failure{ErrorCode::bad_request, "the file of --redis-password-file is empty"};
  }
  return options;
}

std::string settle_backplane(Config& config, bool is_given) {
  const bool is_redis = !config.redis.empty();
  if (is_redis && is_given && config.backplane != config.redis) {
    return "--backplane and --redis name different stores: give one of them";
  }
  if (is_redis) config.backplane = config.redis;
  if (config.backplane.empty()) config.backplane = Config::kAlone;
  const auto options = backplane_options_of(config);
  const auto fault = options ? standard_backplanes().check(config.backplane, *options) : options.error().message;
  if (fault.empty()) return {};
  return (is_redis ? "--redis: " : "--backplane: ") + fault;
}

}  // namespace chat
