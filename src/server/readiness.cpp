#include "server/readiness.hpp"

#include <utility>

#include "chat/base/log.hpp"

namespace chat {
namespace {

constexpr Milliseconds kReadyLook{100};

}  // namespace

Readiness::Readiness(boost::asio::io_context& loop, const Clock& clock, Admission& admission,
                     std::function<std::vector<std::string>()> faults, std::function<void()> move)
    : clock_(clock), admission_(admission), faults_(std::move(faults)), move_(std::move(move)), timer_(loop) {
  admission_.set_open(false);
}

void Readiness::start() {
  look();
  timer_.expires_after(kReadyLook);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) start();
  });
}

void Readiness::look() {
  const auto faults = faults_();
  if (faults.empty()) {
    if (!admission_.is_open()) log_info("ready");
    has_been_ready_ = true;
    next_move_ = kBeforeMoving;
    unwell_since_.reset();
    return admission_.set_open(true);
  }
  const Instant now = clock_.now();
  if (!unwell_since_) unwell_since_ = now;
  const auto unwell = now - *unwell_since_;
  if (!has_been_ready_ || unwell < kPatience) return;
  if (admission_.is_open()) log_warn("not_ready", {{"why", faults.front()}});
  admission_.set_open(false);
  if (unwell < next_move_) return;
  next_move_ += kBeforeMoving;
  move_();
}

}  // namespace chat
