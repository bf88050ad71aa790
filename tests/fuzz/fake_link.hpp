#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "backplane/redis/reply.hpp"

namespace chat::redis {

/// The other end of a Link: what Redis got, and what it answers. Links enter themselves in the list of those that live.
struct FakeLink {
  std::string name;
  std::vector<std::string> channels;  // subscribed, oldest first
  std::function<void()> come_up;
  std::function<void()> break_off;
  /// Answers the oldest command, or pushes.
  std::function<void(const Reply::Part&)> answer;
  std::function<bool()> is_awaited;
  std::function<bool()> is_up;

  static std::vector<FakeLink*>& all();
  static FakeLink& named(std::string_view name);
};

}  // namespace chat::redis
