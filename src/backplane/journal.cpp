#include "backplane/journal.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chat {

void Journal::add(Append append, Position position, Instant now) {
  bytes_ += append.body.size();
  entries_.push_back({std::move(append), std::move(position), now});
  while (bytes_ > kMaxBytes) drop_front();
}

void Journal::drop_front() {
  bytes_ -= entries_.front().append.body.size();
  entries_.pop_front();
}

void Journal::expire(Instant now) {
  while (!entries_.empty() && now - entries_.front().since > kAge) drop_front();
}

void Journal::forget_wiped(const std::string& room, const LogState& log) {
  std::erase_if(entries_, [&](const Entry& entry) {
    if (entry.append.room != room || compare(entry.position, log).kind != ResumeCheck::Kind::unknown) return false;
    bytes_ -= entry.append.body.size();
    return true;
  });
}

std::set<std::string> Journal::rooms() const {
  std::set<std::string> rooms;
  for (const auto& entry : entries_) rooms.insert(entry.append.room);
  return rooms;
}

std::vector<Journal::Lost> Journal::take_lost(const std::string& room, const LogState& log, bool store_restarted) {
  const auto is_lost = [&](const Entry& entry) {
    if (entry.append.room != room || entry.position.epoch == log.top.epoch) return false;
    const auto check = compare(entry.position, log).kind;
    return check == ResumeCheck::Kind::rewound || (store_restarted && check == ResumeCheck::Kind::unknown);
  };
  std::vector<Entry> lost;
  std::copy_if(entries_.begin(), entries_.end(), std::back_inserter(lost), is_lost);
  std::erase_if(entries_, is_lost);
  std::sort(lost.begin(), lost.end(),
            [](const Entry& a, const Entry& b) { return a.position.offset < b.position.offset; });
  std::vector<Lost> found;
  for (auto& entry : lost) {
    bytes_ -= entry.append.body.size();
    found.push_back({std::move(entry.append), std::move(entry.position)});
  }
  return found;
}

}  // namespace chat
