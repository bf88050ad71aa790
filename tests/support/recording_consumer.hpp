#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "chat/backplane/cluster_queue.hpp"

namespace chat {

/// Keeps the entries that it gets. Asks for more at once, or when the test lets it.
class RecordingConsumer final : public QueueConsumer {
 public:
  explicit RecordingConsumer(bool waits = false) : waits_(waits) {}

  void on_entries(std::vector<QueueEntry> entries, std::function<void()> next) override {
    batches.push_back(entries.size());
    for (auto& entry : entries) got.push_back(std::move(entry));
    next_ = std::move(next);
    if (!waits_) ask();
  }
  void on_lost() override {
    ++lost;
    got.clear();
  }
  void ask() {
    if (next_) std::exchange(next_, nullptr)();
  }
  /// The values of the first field of each.
  std::vector<std::string> values() const {
    std::vector<std::string> values;
    for (const auto& entry : got) values.push_back(entry.fields.empty() ? entry.fault : entry.fields[0].second);
    return values;
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const auto& entry : got) ids.push_back(entry.id);
    return ids;
  }

  std::vector<QueueEntry> got;  // since it was lost last
  std::vector<std::size_t> batches;
  int lost = 0;

 private:
  bool waits_;
  std::function<void()> next_;
};

}  // namespace chat
