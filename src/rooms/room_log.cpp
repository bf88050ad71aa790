#include "chat/rooms/room_log.hpp"

#include <algorithm>
#include <utility>

#include "chat/core/trace_mark.hpp"

namespace chat {

void RoomLog::start(const LogState& state) {
  started_ = true;
  last_.epoch = state.top.epoch;
  skip_to(state.top.offset);
  ended_ = state.ended;
  known_top_ = begun_ = last_.offset;
  drain_early();
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

/// Early messages with higher offsets stay: a store publishes in order, so only the store proves a message that came
/// ahead of the live stream.
void RoomLog::drop_passed() {
  if (!has_gap()) return;
  while (early_->first() && early_->first()->offset <= last_.offset) weigh_repetition(early_->take_first());
  if (!early_->first()) early_.reset();
}

/// If a repetition differs from the delivered message, one of the two is forged.
void RoomLog::weigh_repetition(const Message& message) {
  if (message.offset <= begun_ || recent_.contains(message)) return;
  doubt_ = Doubt{doubt_ ? std::min(doubt_->offset, message.offset) : message.offset, ++arrivals_};
}

/// A genuine message that is dropped here is read from the store later.
void RoomLog::buffer(std::string_view epoch, Message message) {
  ++arrivals_;
  if (early_ && early_->epoch() != epoch) {
    early_.reset();
    dropped_at_ = arrivals_;
  }
  if (!early_) early_ = std::make_unique<EarlyMessages>(epoch);
  if (!early_->add(std::move(message), arrivals_)) dropped_at_ = arrivals_;
}

void RoomLog::skip_to(Offset last) {
  last_.offset = last;
  recent_.restart(last);
}

void RoomLog::refill(const Asked& asked, Offset top, const std::vector<Message>& messages) {
  if (dropped_at_ <= asked.arrivals) dropped_at_ = 0;
  // A message above the store's top that arrived before the store was asked is in no log.
  if (has_gap()) early_->drop_above(top, asked.arrivals);
  for (const auto& message : messages) {
    if (message.offset <= last_.offset) continue;
    if (message.offset > last_.offset + 1) {
      trimmed_ = message.offset;
      skip_to(message.offset - 1);
    }
    deliver(message);
  }
  const auto first = has_gap() ? early_->first() : std::nullopt;
  // The store has no more messages: those missing below the early ones are gone for good.
  if (messages.empty() && first && first->offset > last_.offset + 1 && first->arrival <= asked.arrivals) {
    trimmed_ = first->offset;
    skip_to(first->offset - 1);
  }
  // The store has no message up to its top: all were trimmed.
  if (messages.empty() && !has_gap() && top > last_.offset) {
    trimmed_ = top + 1;
    skip_to(top);
  }
  known_top_ = std::max(last_.offset, top);
  drain_early();
}

Offset RoomLog::highest_buffered() const { return early_ ? early_->highest().value_or(last_.offset) : last_.offset; }

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
    last_.offset = check.offset;
    begun_ = std::min(begun_, check.offset);
    recent_.rewind(check.offset);
  } else if (check.kind == ResumeCheck::Kind::unknown) {
    skip_to(state.top.offset);
    begun_ = last_.offset;
  }
  if (early_ && early_->epoch() != last_.epoch && early_->newest_arrival() <= asked.arrivals) early_.reset();
  if (has_gap()) early_->drop_above(state.top.offset, asked.arrivals);
  drain_early();
  return check;
}

void RoomLog::deliver(Message message) {
  last_.offset = message.offset;
  known_top_ = std::max(known_top_, last_.offset);
  recent_.add(message);
  has_traced_ |= is_marked(message.body.view());
  deliverable_bytes_ += message.body.size();
  deliverable_.push_back(std::move(message));
}

void RoomLog::drain_early() {
  if (!has_gap()) return;
  while (const auto first = early_->first()) {
    if (first->offset > last_.offset + 1) return;
    Message message = early_->take_first();
    if (message.offset == last_.offset + 1) deliver(std::move(message));
  }
  early_.reset();
}

std::vector<Message> RoomLog::take_deliverable() {
  deliverable_bytes_ = 0;
  return std::exchange(deliverable_, {});
}

std::optional<Offset> RoomLog::take_trimmed() { return std::exchange(trimmed_, std::nullopt); }

}  // namespace chat
