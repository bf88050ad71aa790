#include "backplane/redis/server_check.hpp"

#include <charconv>

namespace chat::redis {
namespace {

constexpr std::string_view kRules = "give the user of --redis the ACL rules of deploy/README.md (\"Redis: rights\")";
constexpr std::size_t kShownBytes = 200;

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

std::string_view info_field(std::string_view info, std::string_view field) {
  while (!info.empty()) {
    const auto line = info.substr(0, info.find('\n'));
    info.remove_prefix(line.size() < info.size() ? line.size() + 1 : info.size());
    if (!line.starts_with(field) || line.size() == field.size() || line[field.size()] != ':') continue;
    const auto value = line.substr(field.size() + 1);
    return value.substr(0, value.find('\r'));
  }
  return {};
}

std::optional<Unusable> judge_info(std::string_view info) {
  if (info_field(info, "redis_mode") == "cluster") {
    return Unusable{"it is a Redis Cluster", "name one Redis, or Sentinels: chatd does not work with a Redis Cluster"};
  }
  const auto version = info_field(info, "redis_version");
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  if (major > 0 && major < 7) return Unusable{"it is Redis " + std::string(version), "run Redis 7.0 or newer"};
  return std::nullopt;
}

std::optional<Unusable> judge_error(std::string_view error) {
  const std::string why(error.substr(0, kShownBytes));
  if (error.starts_with("READONLY")) {
    return Unusable{why, "it is a replica: name the primary in --redis, or Sentinels"};
  }
  const bool in_script = has(error, "user executing the script can't") || has(error, "ACL failure");  // 7.0, later
  if (error.starts_with("NOPERM") || in_script) return Unusable{why, std::string(kRules)};
  if (has(error, "unknown command") || has(error, "Unknown Redis command")) {
    return Unusable{why, "do not rename or remove commands in redis.conf; limit the user by ACL rules instead"};
  }
  return std::nullopt;
}

}  // namespace chat::redis
