// The behaviour of every protocol over WebSockets: those of this server, and one that only this test has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chat/protocols/registry.hpp"
#include "support/echo_protocol/echo_protocol.hpp"
#include "support/fake_node.hpp"
#include "transport/request.hpp"

namespace chat {
namespace {

using testing::HasSubstr;
using testing::Not;

struct ProtocolUnderTest {
  std::string name;
  std::string path;
  std::string greeting;  // the client's first words, that make it a member of the lobby
  std::function<std::string(const std::string& text)> message;
};

ProtocolUnderTest chat_v1() {
  return {"chat.v1", "/ws", R"({"type":"join","room":"lobby"})",
          [](const std::string& text) { return R"({"type":"send","room":"lobby","text":")" + text + R"("})"; }};
}

ProtocolUnderTest signalr() {
  return {"SignalR", "/chatHub", "{\"protocol\":\"json\",\"version\":1}\x1e", [](const std::string& text) {
            return R"({"type":1,"target":"SendMessage","arguments":["Ana",")" + text + "\"]}\x1e";
          }};
}

ProtocolUnderTest socketio() {
  return {"SocketIO", "/socket.io/", "40",
          [](const std::string& text) { return R"(42["sendMessage",")" + text + "\"]"; }};
}

ProtocolUnderTest echo() {
  return {"echo", "/echo", "", [](const std::string& text) { return text; }};
}

/// A session of a protocol, and a transport that keeps all bytes.
class Client final : public Transport {
 public:
  Client(Shard& shard, const WebSocketProtocol& protocol)
      : session(shard, *this, protocol.format, protocol.dialogue(make_request("/"), {})) {}

  void flush(Outbox& outbox) override {
    Outbox::Slice slice;
    while (outbox.peek({&slice, 1}) == 1) {
      heard += std::string_view(slice);
      outbox.consume(slice.size);
    }
    session.memberships().on_drained(session);
  }
  void ping() override { ++pings; }
  void finish() override { finished = true; }
  void abort() override { aborted = true; }
  std::uint64_t address() const override { return 1; }

  std::string heard;
  int pings = 0;
  bool finished = false, aborted = false;
  Session session;
};

class ProtocolContract : public testing::TestWithParam<ProtocolUnderTest> {
 protected:
  ProtocolContract() {
    spoken.push_back(echo_protocol());
    for (const auto& protocol : spoken) protocol.add_routes(router, settings);
    settle(loop);
  }

  void run() { settle(loop); }
  std::unique_ptr<Client> connect() {
    auto client = std::make_unique<Client>(node.shards.front(), *router.websocket_at(GetParam().path));
    run();
    if (!GetParam().greeting.empty()) client->session.receive(GetParam().greeting);
    run();
    client->heard.clear();
    return client;
  }
  void pass(Seconds time) {
    clock.advance(time);
    for (auto& shard : node.shards) shard.clockwork().tick();
    run();
  }

  boost::asio::io_context loop;
  ManualClock clock;
  FakeNode node{loop, clock, "chat-1", make_memory_services(loop, make_memory_bus({10, Seconds(60)}))};
  TransportSettings settings{{}, {}, false, {}, {}};
  std::vector<Protocol> spoken = protocols({});
  Router router;
};

TEST_P(ProtocolContract, HasAWebSocketAtItsPath) { EXPECT_NE(router.websocket_at(GetParam().path), nullptr); }

TEST_P(ProtocolContract, TellsAMessageToEachClientInTheRoomOnce) {
  const auto ana = connect(), bo = connect();
  ana->session.receive(GetParam().message("good morning"));
  run();
  for (const auto* client : {ana.get(), bo.get()}) {
    EXPECT_THAT(client->heard, HasSubstr("good morning"));
    EXPECT_EQ(client->heard.find("good morning"), client->heard.rfind("good morning"));
  }
}

TEST_P(ProtocolContract, SharesARoomWithClientsOfOtherProtocols) {
  const auto ana = connect();
  FakeClient& bo = node.connect();
  bo.hello("Bo");
  bo.join("lobby");
  run();
  ana->session.receive(GetParam().message("from Ana"));
  bo.send("lobby", "from Bo");
  run();
  EXPECT_EQ(bo.all("message").at(0)["text"], "from Ana");
  EXPECT_THAT(ana->heard, HasSubstr("from Bo"));
}

TEST_P(ProtocolContract, TellsNothingMoreToAClientThatHasLeft) {
  const auto ana = connect();
  auto bo = connect();
  bo.reset();
  run();
  ana->session.receive(GetParam().message("alone"));
  run();
  EXPECT_THAT(ana->heard, HasSubstr("alone"));
}

TEST_P(ProtocolContract, EndsWithAGoodbye) {
  const auto ana = connect();
  ana->session.close({CloseCode::restart, "this node is leaving"});
  run();
  EXPECT_TRUE(ana->finished);
  EXPECT_FALSE(ana->heard.empty());
  ana->session.receive(GetParam().message("too late"));
  run();
  EXPECT_THAT(ana->heard, Not(HasSubstr("too late")));
}

TEST_P(ProtocolContract, LooksAfterASilentClient) {
  const auto ana = connect();
  for (int i = 0; i < 100; ++i) pass(Seconds(1));
  EXPECT_TRUE(ana->pings > 0 || ana->aborted);
}

INSTANTIATE_TEST_SUITE_P(All, ProtocolContract, testing::Values(chat_v1(), signalr(), socketio(), echo()),
                         [](const auto& param) { return param.param.name == "chat.v1" ? "ChatV1" : param.param.name; });

}  // namespace
}  // namespace chat
