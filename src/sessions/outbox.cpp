#include "chat/sessions/outbox.hpp"

#include <algorithm>
#include <utility>

#include "chat/base/assert.hpp"
#include "chat/base/release.hpp"

namespace chat {

void Outbox::push(const SharedBytes& frame, bool ephemeral) {
  bytes_ += frame.size();
  if (empty()) {
    front_.frame = frame;
    front_.ephemeral = ephemeral;
  } else {
    rest_.push_back({frame, ephemeral});
  }
}

std::size_t Outbox::peek(std::span<Slice> slices) const {
  if (empty() || slices.empty()) return 0;
  const auto front = front_.frame.view().substr(written_);
  slices[0] = {front.data(), front.size()};
  const std::size_t count = std::min(slices.size(), 1 + rest_.size() - head_);
  for (std::size_t i = 1; i < count; ++i) {
    const auto frame = rest_[head_ + i - 1].frame.view();
    slices[i] = {frame.data(), frame.size()};
  }
  return count;
}

void Outbox::consume(std::size_t written) {
  CHAT_ASSERT(written <= bytes_);
  if (written == bytes_) return clear();  // nearly always
  bytes_ -= written;
  std::size_t left = written + written_;
  while (!empty() && left >= front_.frame.size()) {
    left -= front_.frame.size();
    front_ = head_ < rest_.size() ? std::move(rest_[head_++]) : Entry{};
  }
  written_ = static_cast<std::uint32_t>(left);
  tidy();
}

void Outbox::clear() {
  front_.frame = {};
  if (rest_.capacity() > 0) release(rest_);
  head_ = written_ = 0;
  bytes_ = 0;
}

void Outbox::tidy() {
  if (head_ == rest_.size()) {
    if (rest_.capacity() > 0) release(rest_);  // an idle client costs nothing
    head_ = 0;
  } else if (head_ >= 64 && head_ * 2 >= rest_.size()) {
    rest_.erase(rest_.begin(), rest_.begin() + head_);
    head_ = 0;
  }
}

std::size_t Outbox::drop_ephemeral() {
  if (empty()) return 0;
  const auto kept = std::remove_if(rest_.begin() + head_, rest_.end(), [this](const Entry& entry) {
    if (entry.ephemeral) bytes_ -= entry.frame.size();
    return entry.ephemeral;
  });
  auto dropped = static_cast<std::size_t>(rest_.end() - kept);
  rest_.erase(kept, rest_.end());
  if (front_.ephemeral && written_ == 0) {
    consume(front_.frame.size());
    ++dropped;
  }
  tidy();
  return dropped;
}

void Outbox::drop_unsent() {
  release(rest_);
  head_ = 0;
  if (written_ == 0) front_ = {};
  bytes_ = front_.frame.size() - written_;
}

}  // namespace chat
