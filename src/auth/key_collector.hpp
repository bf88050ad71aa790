#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/key.hpp"
#include "chat/auth/key_set.hpp"

namespace chat {

/// Collects the keys of one source, one after the other, and says which it leaves out. Used within one function.
class KeyCollector {
 public:
  explicit KeyCollector(std::string_view source) : source_(source) {}

  /// The next key of the source, or why it cannot be used.
  void take(KeyOrFault key) {
    ++count_;
    if (const auto* fault = std::get_if<std::string>(&key)) return skip(*fault);
    if (keys_.size() == kMaxKeys) return skip("more than 64 keys");
    keys_.push_back(std::get<std::unique_ptr<Key>>(std::move(key)));
  }

  LoadedKeys finish() && {
    std::string error;
    if (keys_.empty()) {
      error = source_ + ": no usable key" + (skipped_.empty() ? "" : " (" + skipped_.front() + ")");
    }
    return {KeySet(std::move(keys_)), std::move(error), std::move(skipped_)};
  }

 private:
  void skip(const std::string& why) {
    if (skipped_.size() < kMaxKeys) skipped_.push_back("key " + std::to_string(count_) + ": " + why);
  }

  std::string source_;
  std::size_t count_ = 0;
  std::vector<std::shared_ptr<const Key>> keys_;
  std::vector<std::string> skipped_;
};

}  // namespace chat
