#include "chat/server/rotate_secret.hpp"

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <optional>
#include <string>

#include "chat/backplane/available_shards.hpp"
#include "chat/backplane/registry.hpp"
#include "chat/base/digest.hpp"

namespace chat {
namespace {

constexpr Seconds kRotatePatience{10};
constexpr Seconds kKept{7 * 24 * 3600};  // tokens of the secret before: longer than connections last, mostly

}  // namespace

int rotate_secret(const Config& config) {
  if (config.is_alone()) {
    std::fputs("chatd: rotate-secret needs --backplane with the URL of a Redis\n", stderr);
    return 2;
  }
  boost::asio::io_context loop(1);
  auto options = *backplane_options_of(config);
  options.ack = {};  // this program appends no message
  const auto services = standard_backplanes().maker_of(config.backplane).make(loop, config.backplane, options);
  std::optional<Result<bool>> outcome;
  AvailableShards shards;
  services->backplane().start(shards);
  const Instant deadline = std::chrono::steady_clock::now() + kRotatePatience;
  const auto run_until = [&](const auto& condition) {
    while (!condition() && std::chrono::steady_clock::now() < deadline) loop.run_one_until(deadline);
  };
  run_until([&] { return shards.count() == services->backplane().store_shard_count(); });
  services->kv().rotate_secret(random_hex(32), kKept, [&](const Result<bool>& rotated) { outcome = rotated; });
  run_until([&] { return outcome.has_value(); });
  services->backplane().stop();
  if (outcome && *outcome) {
    std::puts(
        "The cluster has another secret. Its nodes sign with it in about ten seconds; tokens of the one before stay "
        "good for 7 days.");
    return 0;
  }
  const std::string why = outcome ? outcome->error().message : "the store does not answer";
  std::fprintf(stderr, "chatd: rotate-secret: %s\n", why.c_str());
  return 1;
}

}  // namespace chat
