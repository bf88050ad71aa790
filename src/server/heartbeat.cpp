#include "server/heartbeat.hpp"

#include <utility>

namespace chat {
namespace {
constexpr Milliseconds kTryAgain{100};
}

Heartbeat::Heartbeat(boost::asio::io_context& loop, NodeRegistry& registry, std::function<NodeCard()> card)
    : registry_(registry), card_(std::move(card)), timer_(loop) {}

void Heartbeat::beat() {
  registry_.announce(card_(), [this](const Result<bool>& announced) {
    if (stopped_) return;
    if (announced) announced_ = true;
    timer_.expires_after(announced ? Milliseconds(NodeRegistry::kHeartbeat) : kTryAgain);
    timer_.async_wait([this](boost::system::error_code error) {
      if (!error) beat();
    });
  });
}

void Heartbeat::stop() {
  stopped_ = true;
  timer_.cancel();
}

}  // namespace chat
