#pragma once

#include <gmock/gmock.h>

#include <array>

#include "support/fake_node.hpp"

namespace chat {

/// Three whole nodes over one in-memory bus, on one loop.
class ThreeNodes : public testing::Test {
 protected:
  ThreeNodes() { settle(loop); }

  void run() { settle(loop); }
  FakeClient& joined(FakeNode& node, const std::string& room, const std::string& name,
                     const std::string& identity_secret = {}, const std::string& producer = {}) {
    FakeClient& client = node.connect();
    client.hello(name, identity_secret, producer);
    client.join(room);
    run();
    EXPECT_TRUE(client.has("joined"));
    return client;
  }
  /// Waits for events that come in their own time, such as presence.
  template <class Condition>
  bool soon(Condition condition) {
    return run_until(loop, condition);
  }
  json members(FakeClient& client, const std::string& room) {
    client.forget();
    client.say({{"type", "members"}, {"id", "members"}, {"room", room}});
    run();
    return client.reply("members");
  }
  /// A client's view of a room: the messages of its join, then the pushed ones.
  static std::vector<std::string> screen(const FakeClient& client, const std::string& room) {
    std::vector<std::string> out;
    const auto show = [&out](const json& message) {
      out.push_back(std::to_string(message.at("offset").get<int>()) + ' ' + message.at("text").get<std::string>());
    };
    for (const auto& event : client.received()) {
      if (!event.contains("room") || event["room"] != room) continue;
      if (event["type"] == "joined") {
        for (const auto& message : event["messages"]) show(message);
      } else if (event["type"] == "message") {
        show(event);
      }
    }
    return out;
  }

  boost::asio::io_context loop;
  SystemClock clock;
  std::shared_ptr<MemoryBus> bus = make_memory_bus({1000, Seconds(3600)});
  std::deque<FakeNode> nodes = [this] {
    std::deque<FakeNode> made;
    for (const char* id : {"chat-1", "chat-2", "chat-3"}) {
      made.emplace_back(loop, clock, id, make_memory_services(loop, bus), 2);
    }
    return made;
  }();
};

}  // namespace chat
