#include "backplane/append_queue.hpp"

#include <iterator>

namespace chat {

void AppendQueue::push(Entry entry) {
  ++messages_;
  bytes_ += bytes_of(entry.append);
  auto place = waiting_.find(entry.append.room);
  if (place == waiting_.end()) place = waiting_.emplace(entry.append.room, Batch{}).first;
  place->second.push_back(std::move(entry));
}

void AppendQueue::put_back(const std::string& room, Batch batch) {
  auto& waiting = waiting_[room];
  waiting.insert(waiting.begin(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
}

void AppendQueue::finish(const Batch& batch) {
  for (const auto& entry : batch) bytes_ -= bytes_of(entry.append);
  messages_ -= batch.size();
}

}  // namespace chat
