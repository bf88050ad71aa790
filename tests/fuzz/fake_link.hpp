#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace chat::redis {

/// The other end of a Link: the received commands, and the answers to them. Living links enter themselves in a list.
struct FakeLink {
  std::string name;
  std::vector<std::string> channels;  // subscribed, oldest first
  std::function<void()> come_up;
  std::function<void()> break_off;
  std::function<void(std::string_view bytes)> receive;
  std::function<bool()> is_up;

  static std::vector<FakeLink*>& all();
  static FakeLink& named(std::string_view name);
};

}  // namespace chat::redis
