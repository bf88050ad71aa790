#include "chat/hub/room_log.hpp"

#include <algorithm>
#include <utility>

namespace chat {

void RoomLog::start(const LogState& state) {
  started_ = true;
  last_ = state.top;
  ended_ = state.ended;
  known_top_ = last_.offset;
  drain_held();
}

void RoomLog::offer(std::string_view epoch, Message message) {
  if (started_ && last_.epoch.empty()) last_.epoch = epoch;  // its first message begins the log of a room
  if (started_ && epoch == last_.epoch) {
    if (message.offset <= last_.offset) return;
    if (message.offset == last_.offset + 1) {
      deliver(std::move(message));
      drain_held();
      return;
    }
  }
  // Those of an epoch older than this one are in the store.
  if (!held_ || epoch != held_->epoch) held_ = std::make_unique<Held>(Held{Epoch(epoch), {}});
  known_top_ = std::max(known_top_, epoch == last_.epoch ? message.offset : 0);
  if (held_->messages.size() < kMostHeld) held_->messages.emplace(message.offset, std::move(message.body));
}

void RoomLog::refill(const std::vector<Message>& messages) {
  for (const auto& message : messages) {
    if (message.offset <= last_.offset) continue;
    if (message.offset > last_.offset + 1) {
      trimmed_ = message.offset;
      memory_.clear();
      last_.offset = message.offset - 1;
    }
    deliver(message);
  }
  // Nothing more in the store: what is still missing below the held messages is gone for good.
  if (messages.empty() && has_hole()) {
    trimmed_ = held_->messages.begin()->first;
    memory_.clear();
    last_.offset = *trimmed_ - 1;
  }
  if (messages.empty()) known_top_ = last_.offset;
  drain_held();
}

Standing RoomLog::reconcile(const LogState& state) {
  const Standing standing = compare(last_, state);
  ended_ = state.ended;
  known_top_ = std::max(state.top.offset, standing.kind == Standing::Kind::current ? last_.offset : 0);
  last_.epoch = state.top.epoch;
  if (standing.kind == Standing::Kind::rewound) {
    last_.offset = standing.offset;
    while (!memory_.empty() && memory_.back().offset > last_.offset) memory_.pop_back();
  } else if (standing.kind == Standing::Kind::unknown) {
    last_.offset = state.top.offset;
    memory_.clear();
  }
  if (held_ && held_->epoch != last_.epoch) held_.reset();
  drain_held();
  return standing;
}

void RoomLog::deliver(Message message) {
  last_.offset = message.offset;
  known_top_ = std::max(known_top_, last_.offset);
  memory_.push_back(message);
  if (memory_.size() > kRemembered) memory_.pop_front();
  deliverable_bytes_ += message.body.size();
  deliverable_.push_back(std::move(message));
}

void RoomLog::drain_held() {
  if (!has_hole()) return;
  auto& messages = held_->messages;
  while (!messages.empty()) {
    const auto next = messages.begin();
    if (next->first > last_.offset + 1) return;
    if (next->first == last_.offset + 1) deliver({next->first, std::move(next->second)});
    messages.erase(next);
  }
  held_.reset();
}

std::vector<Message> RoomLog::take_deliverable() {
  deliverable_bytes_ = 0;
  return std::exchange(deliverable_, {});
}

std::optional<Offset> RoomLog::take_trimmed() { return std::exchange(trimmed_, std::nullopt); }

std::optional<std::vector<Message>> RoomLog::remembered(Offset after, Offset before, std::uint32_t limit,
                                                        bool newest) const {
  const Offset end = std::min(before, last_.offset + 1);  // exclusive
  if (after + 1 >= end || limit == 0) return std::vector<Message>{};
  Offset first = after + 1;
  Offset stop = end;
  if (newest) {
    if (stop - first > limit) first = stop - limit;
  } else if (stop - first > limit) {
    stop = first + limit;
  }
  if (memory_.empty() || memory_.front().offset > first) return std::nullopt;
  const auto begin = memory_.begin() + static_cast<std::ptrdiff_t>(first - memory_.front().offset);
  return std::vector<Message>(begin, begin + static_cast<std::ptrdiff_t>(stop - first));
}

void RoomLog::remember_older(const std::vector<Message>& messages) {
  Offset wanted = memory_.empty() ? last_.offset : memory_.front().offset - 1;
  for (auto message = messages.rbegin(); message != messages.rend() && memory_.size() < kRemembered; ++message) {
    if (message->offset > wanted) continue;
    if (message->offset < wanted) return;
    memory_.push_front(*message);
    --wanted;
  }
}

}  // namespace chat
