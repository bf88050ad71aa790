#include "server/heartbeat.hpp"

#include <utility>

namespace chat {
namespace {

constexpr Milliseconds kTryAgain{100};

}  // namespace

Heartbeat::Heartbeat(boost::asio::io_context& loop, NodeRegistry& registry, const Clock& clock,
                     std::function<NodeCard()> card,
                     std::function<void(const NodeCard&, const Announced&, std::chrono::microseconds)> told)
    : registry_(registry), clock_(clock), card_(std::move(card)), told_(std::move(told)), timer_(loop) {}

void Heartbeat::beat() {
  const NodeCard card = card_();
  registry_.announce(card, [this, card, asked_at = clock_.now()](const Result<Announced>& told) {
    if (stopped_) return;
    if (told) {
      told_(card, *told, std::chrono::duration_cast<std::chrono::microseconds>(clock_.now() - asked_at));
      announced_ = true;
    }
    beat_again(told ? NodeRegistry::kHeartbeat : kTryAgain);
  });
}

void Heartbeat::beat_again(Milliseconds after) {
  timer_.expires_after(after);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) beat();
  });
}

void Heartbeat::stop() {
  stopped_ = true;
  timer_.cancel();
}

}  // namespace chat
