#pragma once

#include <atomic>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace chat {

/// What this cluster's connection tokens are signed with: configured, or agreed on by its nodes soon after the start.
class ClusterSecret {
 public:
  /// Empty until it is known. Thread: any. The text lives as long as this.
  std::string_view view() const {
    const std::string* current = current_.load(std::memory_order_acquire);
    return current != nullptr ? std::string_view(*current) : std::string_view{};
  }
  /// Thread: always the same.
  void set(std::string secret) {
    if (secret != view()) current_.store(&known_.emplace_back(std::move(secret)), std::memory_order_release);
  }

 private:
  std::deque<std::string> known_;  // a former one may still be read
  std::atomic<const std::string*> current_{nullptr};
};

}  // namespace chat
