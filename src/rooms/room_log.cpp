#include "chat/rooms/room_log.hpp"

#include <algorithm>
#include <utility>

namespace chat {

void RoomLog::start(const LogState& state) {
  started_ = true;
  last_ = state.top;
  ended_ = state.ended;
  known_top_ = begun_ = last_.offset;
  drain_buffered();
}

void RoomLog::offer(std::string_view epoch, Message message) {
  if (started_ && last_.epoch.empty()) last_.epoch = epoch;  // its first message begins the log of a room
  if (started_ && epoch == last_.epoch) {
    if (message.offset == last_.offset + 1) {
      deliver(std::move(message));
      return drop_passed();
    }
    if (message.offset <= last_.offset) return weigh_repetition(message);
  }
  buffer(epoch, std::move(message));
}

/// A buffered message stays: a store publishes in order, so a message that came ahead of the live stream is proven only
/// by the store.
void RoomLog::drop_passed() {
  if (!has_gap()) return;
  auto& messages = buffered_->messages;
  while (!messages.empty() && messages.begin()->first <= last_.offset) {
    const auto passed = messages.begin();
    buffered_->bytes -= passed->second.body.size();
    weigh_repetition({passed->first, std::move(passed->second.body)});
    messages.erase(passed);
  }
  if (messages.empty()) buffered_.reset();
}

/// If a repetition differs from the delivered message, one of the two is forged.
void RoomLog::weigh_repetition(const Message& message) {
  if (message.offset <= begun_) return;
  const Offset below = remembered_after();
  if (message.offset > below && memory_[message.offset - below - 1].body.view() == message.body.view()) return;
  doubt_ = Doubt{doubt_ ? std::min(doubt_->offset, message.offset) : message.offset, ++arrivals_};
}

/// A message that finds no place here is read from the store later, if it is genuine.
void RoomLog::buffer(std::string_view epoch, Message message) {
  ++arrivals_;
  if (!buffered_ || epoch != buffered_->epoch) {
    if (buffered_) dropped_at_ = arrivals_;
    buffered_ = std::make_unique<Buffered>(Buffered{Epoch(epoch), {}, 0, arrivals_});
  }
  buffered_->newest = arrivals_;
  const auto known = buffered_->messages.find(message.offset);
  if (known != buffered_->messages.end()) {
    if (known->second.body.view() == message.body.view()) return;
    buffered_->bytes -= known->second.body.size();  // one of the two is forged: the store says which
    buffered_->messages.erase(known);
    dropped_at_ = arrivals_;
  } else if (buffered_->messages.size() == kMaxBuffered || buffered_->bytes + message.body.size() > kMaxBufferedBytes) {
    dropped_at_ = arrivals_;
  } else {
    buffered_->bytes += message.body.size();
    buffered_->messages.emplace(message.offset, Buffered::Entry{std::move(message.body), arrivals_});
  }
}

/// A message above the store's top that arrived before the store was asked is in no log.
void RoomLog::drop_junk(const Asked& asked, Offset top) {
  if (!has_gap()) return;
  for (auto place = buffered_->messages.upper_bound(top); place != buffered_->messages.end();) {
    if (place->second.arrival > asked.arrivals) {
      ++place;
      continue;
    }
    buffered_->bytes -= place->second.body.size();
    place = buffered_->messages.erase(place);
  }
}

void RoomLog::refill(const Asked& asked, Offset top, const std::vector<Message>& messages) {
  if (dropped_at_ <= asked.arrivals) dropped_at_ = 0;
  drop_junk(asked, top);
  for (const auto& message : messages) {
    if (message.offset <= last_.offset) continue;
    if (message.offset > last_.offset + 1) {
      trimmed_ = message.offset;
      memory_.clear();
      last_.offset = message.offset - 1;
    }
    deliver(message);
  }
  // The store has no more messages: those missing below the buffered ones are gone for good.
  if (messages.empty() && has_gap() && !buffered_->messages.empty() &&
      buffered_->messages.begin()->first > last_.offset + 1 &&
      buffered_->messages.begin()->second.arrival <= asked.arrivals) {
    trimmed_ = buffered_->messages.begin()->first;
    memory_.clear();
    last_.offset = *trimmed_ - 1;
  }
  // The store has no message up to its top: all were trimmed.
  if (messages.empty() && !has_gap() && top > last_.offset) {
    trimmed_ = top + 1;
    memory_.clear();
    last_.offset = top;
  }
  known_top_ = std::max(last_.offset, top);
  drain_buffered();
}

Offset RoomLog::highest_buffered() const {
  return buffered_ && !buffered_->messages.empty() ? buffered_->messages.rbegin()->first : last_.offset;
}

std::optional<Offset> RoomLog::first_forged(const Asked& asked, const std::vector<Message>& stored) const {
  if (asked.delivered.epoch != last_.epoch) return std::nullopt;
  const Offset below = remembered_after();
  for (const auto& message : stored) {
    if (message.offset <= below) continue;
    if (message.offset > std::min(asked.delivered.offset, last_.offset)) break;
    if (memory_[message.offset - below - 1].body.view() != message.body.view()) return message.offset;
  }
  return std::nullopt;
}

ResumeCheck RoomLog::reconcile(const Asked& asked, const LogState& state, std::optional<Offset> forged) {
  ResumeCheck check = compare(last_, state);
  if (state.top.epoch == last_.epoch && asked.delivered.epoch == last_.epoch) {
    Offset sound = last_.offset;
    if (state.top.offset < asked.delivered.offset) {
      sound = std::min({sound, state.top.offset, doubt_ ? doubt_->offset - 1 : sound});
    }
    if (forged) sound = std::min(sound, *forged - 1);
    if (sound < last_.offset) {
      check = {ResumeCheck::Kind::rewound, sound};
      dropped_at_ = ++arrivals_;  // genuine repetitions of forged messages
    }
  }
  if (doubt_ && doubt_->arrival <= asked.arrivals) doubt_.reset();
  ended_ = state.ended;
  known_top_ = std::max(state.top.offset, check.kind == ResumeCheck::Kind::current ? last_.offset : 0);
  last_.epoch = state.top.epoch;
  if (check.kind == ResumeCheck::Kind::rewound) {
    rewind(check.offset);
  } else if (check.kind == ResumeCheck::Kind::unknown) {
    begun_ = last_.offset = state.top.offset;
    memory_.clear();
  }
  if (buffered_ && buffered_->epoch != last_.epoch && buffered_->newest <= asked.arrivals) buffered_.reset();
  drop_junk(asked, state.top.offset);
  drain_buffered();
  return check;
}

void RoomLog::rewind(Offset to) {
  last_.offset = to;
  begun_ = std::min(begun_, to);
  while (!memory_.empty() && memory_.back().offset > to) memory_.pop_back();
}

void RoomLog::deliver(Message message) {
  last_.offset = message.offset;
  known_top_ = std::max(known_top_, last_.offset);
  memory_.push_back(message);
  if (memory_.size() > kRemembered) memory_.pop_front();
  deliverable_bytes_ += message.body.size();
  deliverable_.push_back(std::move(message));
}

void RoomLog::drain_buffered() {
  if (!has_gap()) return;
  auto& messages = buffered_->messages;
  while (!messages.empty()) {
    const auto next = messages.begin();
    if (next->first > last_.offset + 1) return;
    buffered_->bytes -= next->second.body.size();
    if (next->first == last_.offset + 1) deliver({next->first, std::move(next->second.body)});
    messages.erase(next);
  }
  buffered_.reset();
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
