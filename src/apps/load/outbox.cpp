#include "apps/load/outbox.hpp"

#include <algorithm>

namespace chat::load {

std::optional<Outbox::Message> Outbox::transmit(std::int64_t now) {
  const auto next = std::ranges::find(waiting_, kNone, &Message::id);
  if (next == waiting_.end() || postponed_ || (alone_ && next != waiting_.begin())) return std::nullopt;
  if (next->n == 0) {
    next->n = next_n_++;
  } else {
    next->is_repeated = true;
  }
  next->id = next_id_++;
  next->sent = now;
  return *next;
}

Outbox::Place Outbox::under_way(std::uint64_t id) {
  return id == kNone ? waiting_.end() : std::ranges::find(waiting_, id, &Message::id);
}

std::optional<Outbox::Message> Outbox::take(Place place) {
  if (place == waiting_.end()) return std::nullopt;
  const Message message = *place;
  waiting_.erase(place);
  return message;
}

std::optional<Outbox::Message> Outbox::acked(std::uint64_t id) {
  const auto message = take(under_way(id));
  if (!message) return message;
  ++stored_;
  alone_ = false;
  return message;
}

// The server takes a sender's numbers without gaps. It will refuse all messages sent after the refused one, so that
// one's number comes next.
std::optional<Outbox::Message> Outbox::refused(std::uint64_t id) {
  const auto message = take(under_way(id));
  if (!message) return message;
  refused_n_ = std::max(refused_n_, message->n);
  if (id >= first_valid_id_) {
    next_n_ = message->n;
    first_valid_id_ = next_id_;
  }
  return message;
}

std::optional<Outbox::Message> Outbox::echoed(std::uint32_t n) {
  const auto message = take(std::ranges::find(waiting_, n, &Message::n));
  if (message) ++stored_;
  ++echoed_;
  return message;
}

std::size_t Outbox::interrupt() {
  const auto given_up = std::erase_if(
      waiting_, [this](const Message& message) { return message.id != kNone && message.id < first_valid_id_; });
  for (auto& message : waiting_) message.id = kNone;
  alone_ = true;
  postponed_ = false;
  return given_up;
}

bool Outbox::postpone(std::uint64_t id) {
  const auto place = under_way(id);
  if (place == waiting_.end()) return false;
  place->id = kNone;
  postponed_ = alone_ = true;
  return true;
}

bool Outbox::is_repeated(std::uint64_t id) {
  const auto place = under_way(id);
  return place != waiting_.end() && place->is_repeated;
}

bool Outbox::has_room(std::uint32_t window) const {
  return waiting_.size() < window && stored_ + waiting_.size() < echoed_ + window;
}

}  // namespace chat::load
