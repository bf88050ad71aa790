#include "chat/rooms/recent_messages.hpp"

#include <algorithm>

namespace chat {

void RecentMessages::restart(Offset last) {
  last_ = last;
  messages_.clear();
}

void RecentMessages::rewind(Offset to) {
  last_ = to;
  while (!messages_.empty() && messages_.back().offset > to) messages_.pop_back();
}

void RecentMessages::add_older(const std::vector<Message>& messages) {
  Offset wanted = before_oldest();
  for (auto message = messages.rbegin(); message != messages.rend() && messages_.size() < kMax; ++message) {
    if (message->offset > wanted) continue;
    if (message->offset < wanted) return;
    messages_.push_front(*message);
    --wanted;
  }
}

bool RecentMessages::contains(const Message& message) const {
  return message.offset > before_oldest() && message.offset <= last_ &&
         at(message.offset).body.view() == message.body.view();
}

std::optional<Offset> RecentMessages::first_difference(const std::vector<Message>& stored, Offset end) const {
  for (const auto& message : stored) {
    if (message.offset <= before_oldest()) continue;
    if (message.offset > std::min(end, last_)) break;
    if (!contains(message)) return message.offset;
  }
  return std::nullopt;
}

std::optional<std::vector<Message>> RecentMessages::page(Offset after, Offset before, std::uint32_t limit,
                                                         bool newest) const {
  Offset first = after + 1;
  Offset stop = std::min(before, last_ + 1);  // exclusive
  if (first >= stop || limit == 0) return std::vector<Message>{};
  if (stop - first > limit) {
    if (newest) {
      first = stop - limit;
    } else {
      stop = first + limit;
    }
  }
  if (messages_.empty() || messages_.front().offset > first) return std::nullopt;
  const auto begin = messages_.begin() + static_cast<std::ptrdiff_t>(first - messages_.front().offset);
  return std::vector<Message>(begin, begin + static_cast<std::ptrdiff_t>(stop - first));
}

}  // namespace chat
