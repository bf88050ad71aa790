#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sessions/session_fixture.hpp"
#include "support/fake_hub_client.hpp"

namespace chat {

/// One node and a SignalR client of it, on a clock of the test.
class SignalRSession : public OneNode {
 protected:
  FakeHubClient client{node.shards.front()};

  void detach() { client.session().dialogue().detach(client.session()); }
  bool is_resumable() { return client.session().is_resumable(); }

  ~SignalRSession() override {
    client.disconnect();
    run();
  }
  void agree(int version = 1) {
    client.shake_hands(version);
    run();
    EXPECT_THAT(client.received(), testing::ElementsAre(json::object()));
    client.forget();
  }
  void agree_resumable() {
    client.reconnect({"a token of sixteen", true});
    agree(2);
  }
  /// Over another socket, with its message `next` first.
  void go_on(int next) {
    client.say({{"type", 9}, {"sequenceId", next}});
    run();
  }
  void pass(Milliseconds time) {
    for (; time > Milliseconds{0}; time -= Seconds(1)) {
      clock.advance(Seconds(1));
      for (auto& shard : node.shards) shard.clockwork().tick();
    }
    run();
  }
  std::vector<std::string> heard() const {
    std::vector<std::string> texts;
    for (const auto& arguments : client.calls("ReceiveMessage")) texts.push_back(arguments[1]);
    return texts;
  }
};

/// An invocation with its record separator.
inline std::string invocation(int id, const std::string& target, const json& arguments) {
  const json message{{"type", 1}, {"invocationId", std::to_string(id)}, {"target", target}, {"arguments", arguments}};
  return message.dump() + '\x1e';
}

}  // namespace chat
