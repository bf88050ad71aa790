#pragma once

#include <algorithm>
#include <atomic>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chat {

/// The secret that signs this cluster's connection tokens: configured, or agreed on by its nodes soon after the start.
/// While a secret gives way to another, tokens of both are genuine.
class ClusterSecret {
 public:
  /// To sign with; empty until it is known. Thread: any. The text lives as long as this.
  std::string_view view() const {
    const Known* known = current_.load(std::memory_order_acquire);
    return known != nullptr ? std::string_view(known->signing) : std::string_view{};
  }
  /// Whether `knows` holds for one of the secrets that genuine tokens may be signed with. Thread: any.
  template <class Knows>
  bool any(Knows knows) const {
    const Known* known = current_.load(std::memory_order_acquire);
    if (known == nullptr) return false;
    return knows(std::string_view(known->signing)) || std::any_of(known->others.begin(), known->others.end(), knows);
  }
  /// Thread: always the same.
  void set(std::string signing, std::vector<std::string> others = {}) {
    const Known* known = current_.load(std::memory_order_relaxed);
    if (known != nullptr && known->signing == signing && known->others == others) return;
    current_.store(&all_.emplace_back(Known{std::move(signing), std::move(others)}), std::memory_order_release);
  }

 private:
  struct Known {
    std::string signing;
    std::vector<std::string> others;
  };
  std::deque<Known> all_;  // a former one may still be read
  std::atomic<const Known*> current_{nullptr};
};

}  // namespace chat
