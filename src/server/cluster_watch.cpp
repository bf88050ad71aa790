#include "server/cluster_watch.hpp"

#include <algorithm>
#include <utility>

namespace chat {
namespace {

constexpr Milliseconds kWatchLook{250};
constexpr Milliseconds kPatience{750};  // with the store
constexpr Seconds kShow{1};

}  // namespace

void ClusterWatch::look() {
  if (!parts_.is_watched()) {
    sightings_.forget();
    shown_at_ = {};
  } else if (!parts_.store_answers() || (asked_at_ && parts_.clock.now() - *asked_at_ >= kPatience)) {
    lose_store();
  } else if (!asked_at_) {
    ask();
  }
  timer_.expires_after(kWatchLook);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) look();
  });
}

void ClusterWatch::ask() {
  asked_at_ = parts_.clock.now();
  parts_.registry.list([this](const Result<std::vector<NodeCard>>& cards) {
    const Instant asked_at = *std::exchange(asked_at_, std::nullopt);
    cards ? on_listed(*cards, asked_at) : lose_store();
  });
}

/// The nodes cannot announce themselves either.
void ClusterWatch::lose_store() {
  sightings_.forget();
  now_.store_answers = false;
  show();
}

void ClusterWatch::on_listed(const std::vector<NodeCard>& cards, Instant asked_at) {
  const Instant now = parts_.clock.now();
  now_.store_answers = true;
  now_.store_round_trip_ms = std::chrono::duration<double, std::milli>(now - asked_at).count();
  now_.nodes = sightings_.see(cards, now);
  parts_.listed(cards);
  show();
}

void ClusterWatch::show() {
  const Instant now = parts_.clock.now();
  if (shown_at_ != Instant{} && now - shown_at_ < kShow && !is_news()) return;
  now_.time = parts_.clock.unix_ms();
  shown_ = now_;
  shown_at_ = now;
  parts_.show(std::make_shared<const ClusterSeen>(shown_));
}

bool ClusterWatch::is_news() const {
  const auto is_same = [](const NodeSeen& a, const NodeSeen& b) { return a.id == b.id && a.state == b.state; };
  return now_.store_answers != shown_.store_answers ||
         !std::equal(now_.nodes.begin(), now_.nodes.end(), shown_.nodes.begin(), shown_.nodes.end(), is_same);
}

}  // namespace chat
