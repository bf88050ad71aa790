#include "server/heartbeat.hpp"

#include <utility>

namespace chat {
namespace {

constexpr Milliseconds kLook{2000};
constexpr Milliseconds kTryAgain{100};

}  // namespace

Heartbeat::Heartbeat(boost::asio::io_context& loop, NodeRegistry& registry, const Clock& clock,
                     std::function<NodeCard()> card,
                     std::function<void(const NodeCard&, const Announced&, Milliseconds)> told)
    : registry_(registry), clock_(clock), card_(std::move(card)), told_(std::move(told)), timer_(loop) {}

void Heartbeat::look() {
  NodeCard card = card_();
  const bool news = card.connections != last_.connections || card.rooms != last_.rooms ||
                    card.messages_per_second != last_.messages_per_second;
  if (!announced_ || news || clock_.now() - told_at_ >= NodeRegistry::kHeartbeat) return beat(std::move(card));
  look_again(kLook);
}

void Heartbeat::beat(NodeCard card) {
  registry_.announce(card, [this, card, asked_at = clock_.now()](const Result<Announced>& told) {
    if (stopped_) return;
    if (told) {
      told_(card, *told, std::chrono::duration_cast<Milliseconds>(clock_.now() - asked_at));
      announced_ = true;
      last_ = card;
      told_at_ = clock_.now();
    }
    look_again(told ? kLook : kTryAgain);
  });
}

void Heartbeat::look_again(Milliseconds after) {
  timer_.expires_after(after);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) look();
  });
}

void Heartbeat::stop() {
  stopped_ = true;
  timer_.cancel();
}

}  // namespace chat
