#include "protocols/signalr/resumption.hpp"

#include <algorithm>
#include <utility>

#include "protocols/signalr/limits.hpp"

namespace chat {

void Resumption::keep(SharedBytes frame, std::size_t messages) {
  bytes_ += frame.size();
  kept_.push_back({std::move(frame), sent_ + 1, sent_ + messages});
  sent_ += messages;
  while (bytes_ > limits::kResumableBytes) drop_front();
}

void Resumption::acknowledge(std::uint64_t last) {
  acknowledged_ = std::max(acknowledged_, std::min(last, sent_));
  while (!kept_.empty() && kept_.front().last <= acknowledged_) drop_front();
}

void Resumption::drop_front() {
  bytes_ -= kept_.front().frame.size();
  kept_.pop_front();
}

bool Resumption::take() {
  if (next_++ <= received_) return false;
  ++received_;
  return true;
}

bool Resumption::restart(std::uint64_t next) {
  if (next == 0 || next > received_ + 1) return false;
  next_ = next;
  return true;
}

}  // namespace chat
