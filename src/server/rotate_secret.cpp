#include "chat/server/rotate_secret.hpp"

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <optional>
#include <string>

#include "chat/backplane/registry.hpp"
#include "chat/base/digest.hpp"

namespace chat {
namespace {

constexpr Seconds kPatience{10};
constexpr Seconds kKept{7 * 24 * 3600};  // tokens of the secret before: longer than connections last, mostly

/// Waits until Redis answers and rotates once.
class Rotation final : public BackplaneSink {
 public:
  explicit Rotation(ClusterKv& kv) : kv_(kv) {}
  std::optional<Result<bool>> outcome;

 private:
  void on_published(std::string_view, std::string_view, Offset, std::span<const std::string_view>) override {}
  void on_signal(std::string_view, Signal, std::string_view) override {}
  void on_batch_end() override {}
  void on_broadcast(std::string_view) override {}
  bool is_full() const override { return false; }
  void on_available(StoreShard shard, bool is_available) override {
    if (shard != 0 || !is_available || begun_) return;
    begun_ = true;
    kv_.rotate_secret(random_hex(32), kKept, [this](const Result<bool>& rotated) { outcome = rotated; });
  }

  ClusterKv& kv_;
  bool begun_ = false;
};

}  // namespace

int rotate_secret(const Config& config) {
  if (config.is_alone()) {
    std::fputs("chatd: rotate-secret needs --redis\n", stderr);
    return 2;
  }
  boost::asio::io_context loop(1);
  auto options = *backplane_options_of(config);
  options.ack = {};  // nothing is appended
  const auto services = standard_backplanes().maker_of(config.backplane).make(loop, config.backplane, options);
  Rotation rotation(services->kv());
  services->backplane().start(rotation);
  const Instant deadline = std::chrono::steady_clock::now() + kPatience;
  while (!rotation.outcome && std::chrono::steady_clock::now() < deadline) loop.run_one_until(deadline);
  services->backplane().stop();
  if (rotation.outcome && *rotation.outcome) {
    std::puts(
        "The cluster has another secret. Its nodes sign with it in about ten seconds; tokens of the one before stay "
        "good for 7 days.");
    return 0;
  }
  const std::string why = rotation.outcome ? rotation.outcome->error().message : "Redis does not answer";
  std::fprintf(stderr, "chatd: rotate-secret: %s\n", why.c_str());
  return 1;
}

}  // namespace chat
