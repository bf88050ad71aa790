#pragma once

#include <gmock/gmock.h>

#include "support/fake_node.hpp"
#include "support/held_backends.hpp"

namespace chat {

/// One node of two shards on memory backends whose answers can be held back, run by hand.
class OneNode : public testing::Test {
 protected:
  OneNode() { settle(loop); }

  void run() { settle(loop); }
  FakeClient& joined(const std::string& room, const std::string& name = "Ana",
                     const std::string& identity_secret = {}) {
    FakeClient& client = node.connect();
    client.hello(name, identity_secret);
    client.join(room);
    run();
    EXPECT_TRUE(client.has("joined")) << testing::PrintToString(client.received());
    client.forget();
    return client;
  }
  static std::vector<int> offsets(const json& messages) {
    std::vector<int> out;
    for (const auto& message : messages) out.push_back(message.at("offset").get<int>());
    return out;
  }

  boost::asio::io_context loop;
  ManualClock clock;
  std::shared_ptr<MemoryBus> bus = make_memory_bus({1000, Seconds(3600)});
  HeldBackends* backends = new HeldBackends(make_memory_services(loop, bus));  // the node's
  FakeNode node{loop, clock, "chat-1", std::unique_ptr<ClusterServices>(backends), 2, {10, 20}, {20, 200}};
};

/// The same with one client.
class SessionTest : public OneNode {
 protected:
  FakeClient& client = node.connect();
};

}  // namespace chat
