#include "chat/hub/outbox.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/assert.hpp"

namespace chat {

void Outbox::push(SharedBytes frame, bool ephemeral) {
  bytes_ += frame.size();
  frames_.push_back({std::move(frame), ephemeral});
}

std::size_t Outbox::peek(std::span<std::string_view> slices) const {
  const std::size_t count = std::min(slices.size(), frames_.size() - head_);
  for (std::size_t i = 0; i < count; ++i) slices[i] = frames_[head_ + i].frame.view();
  if (count > 0) slices[0].remove_prefix(written_);
  return count;
}

void Outbox::consume(std::size_t written) {
  CHAT_ASSERT(written <= bytes_);
  bytes_ -= written;
  std::size_t left = written + written_;
  while (head_ < frames_.size() && left >= frames_[head_].frame.size()) {
    left -= frames_[head_].frame.size();
    frames_[head_++].frame = {};
  }
  written_ = static_cast<std::uint32_t>(left);
  tidy();
}

void Outbox::tidy() {
  if (head_ == frames_.size()) {
    frames_ = {};  // an idle client costs nothing
    head_ = 0;
  } else if (head_ >= 64 && head_ * 2 >= frames_.size()) {
    frames_.erase(frames_.begin(), frames_.begin() + head_);
    head_ = 0;
  }
}

std::size_t Outbox::drop_ephemeral() {
  const auto first = frames_.begin() + head_ + (written_ > 0 ? 1 : 0);
  const auto kept = std::remove_if(first, frames_.end(), [this](const Entry& entry) {
    if (entry.ephemeral) bytes_ -= entry.frame.size();
    return entry.ephemeral;
  });
  const auto dropped = static_cast<std::size_t>(frames_.end() - kept);
  frames_.erase(kept, frames_.end());
  tidy();
  return dropped;
}

void Outbox::drop_unsent() {
  const std::size_t keep = head_ + (written_ > 0 ? 1U : 0U);
  while (frames_.size() > keep) {
    bytes_ -= frames_.back().frame.size();
    frames_.pop_back();
  }
  tidy();
}

}  // namespace chat
