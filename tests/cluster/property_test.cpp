#include <memory>
#include <random>
#include <set>

#include "cluster/three_nodes.hpp"
#include "support/fake_hub_client.hpp"

namespace chat {
namespace {

/// A client like the page: it remembers its shown messages and its cursor, and comes back on any node.
struct Reader {
  FakeClient* client = nullptr;
  std::vector<std::string> shown;
  json cursor;
  bool is_new = true;               // on this connection
  std::set<std::string> said_here;  // on this connection, so behind its join

  /// Joins, and perhaps sends a message in the same array.
  void connect(FakeNode& node, const std::string& text = {}) {
    client = &node.connect();
    is_new = true;
    said_here.clear();
    json join{{"type", "join"}, {"id", "join"}, {"room", "lobby"}, {"history", 200}};
    if (!cursor.is_null()) join["cursor"] = cursor;
    if (text.empty()) return client->say(join);
    said_here.insert(text);
    client->say(json::array({join, {{"type", "send"}, {"id", text}, {"room", "lobby"}, {"text", text}}}));
  }
  void say(const std::string& text) {
    said_here.insert(text);
    client->send("lobby", text);
  }

  /// Asks to be brought up to date; messages on their way already may come before the answer, and so twice.
  void resync() {
    if (is_new) return;
    client->say({{"type", "join"}, {"id", "again"}, {"room", "lobby"}, {"cursor", cursor}});
  }

  /// Takes the received messages. Each must be the next.
  testing::AssertionResult read() {
    for (const auto& event : client->received()) {
      if (event["type"] == "joined") {
        if (!cursor.is_null() && event["recovered"] != true)
          return testing::AssertionFailure() << "not recovered: " << event;
        for (const auto& message : event["messages"]) {
          if (!is_new && message["offset"] <= shown.size()) continue;
          if (is_new && said_here.contains(message["text"]))
            return testing::AssertionFailure() << "said behind the join, but joined with it: " << message;
          if (!show(message))
            return testing::AssertionFailure() << "joined with " << message << " after " << shown.size();
        }
        is_new = false;
        if (event["offset"] != shown.size())
          return testing::AssertionFailure() << "joined at another place: " << event["offset"];
        cursor = {{"epoch", event["epoch"]}, {"offset", event["offset"]}};
      } else if (event["type"] == "message") {
        if (!show(event)) return testing::AssertionFailure() << "pushed " << event << " after " << shown.size();
        cursor = {{"epoch", event["epoch"]}, {"offset", event["offset"]}};
      }
    }
    client->forget();
    return testing::AssertionSuccess();
  }

 private:
  bool show(const json& message) {
    shown.push_back(message.at("text"));
    return message.at("offset") == shown.size();
  }
};

/// The same with a SignalR client, whose handshake, join and message come in one write. Its handshake makes it a member
/// already, so it heeds pushes only when its own join is answered.
struct HubReader {
  std::unique_ptr<FakeHubClient> client;
  std::vector<std::string> shown;
  json cursor;
  bool is_joined = false;           // on this connection
  std::set<std::string> said_here;  // on this connection, so behind its join

  void connect(FakeNode& node, const std::string& text = {}) {
    client = std::make_unique<FakeHubClient>(node.shards.front());
    client->reconnect({}, with_details(default_profile()));
    is_joined = false;
    said_here.clear();
    std::string bytes = record({{"protocol", "json"}, {"version", 1}});
    bytes += invocation("join", "JoinRoom", {"lobby", cursor});
    if (!text.empty()) bytes += send(text);
    client->say_raw(bytes);
  }
  void say(const std::string& text) { client->say_raw(send(text)); }

  testing::AssertionResult read() {
    for (const auto& message : client->received()) {
      if (message.value("invocationId", "") == "join") {
        const auto& joined = message["result"];
        if (!cursor.is_null() && joined["recovered"] != true)
          return testing::AssertionFailure() << "not recovered: " << message;
        is_joined = true;
        for (const auto& missed : joined["messages"]) {
          if (said_here.contains(missed["text"]))
            return testing::AssertionFailure() << "said behind the join, but joined with it: " << missed;
          if (!show(missed["text"], missed["offset"]))
            return testing::AssertionFailure() << "joined with " << missed << " after " << shown.size();
        }
        cursor = {{"epoch", joined["epoch"]}, {"offset", joined["offset"]}};
      } else if (is_joined && message.value("target", "") == "ReceiveMessage") {
        const auto& arguments = message["arguments"];
        if (!show(arguments[1], arguments[4]["offset"]))
          return testing::AssertionFailure() << "pushed " << message << " after " << shown.size();
        cursor = {{"epoch", arguments[4]["epoch"]}, {"offset", arguments[4]["offset"]}};
      }
    }
    client->forget();
    return testing::AssertionSuccess();
  }

 private:
  static std::string record(const json& message) { return message.dump() + '\x1e'; }
  static std::string invocation(const std::string& id, const std::string& target, const json& arguments) {
    return record({{"type", 1}, {"invocationId", id}, {"target", target}, {"arguments", arguments}});
  }
  std::string send(const std::string& text) {
    said_here.insert(text);
    return invocation(text, "SendToRoom", {"lobby", nullptr, text});
  }
  bool show(const std::string& text, std::size_t offset) {
    shown.push_back(text);
    return offset == shown.size();
  }
};

class ClusterProperty : public ThreeNodes, public testing::WithParamInterface<unsigned> {};

TEST_P(ClusterProperty, WhoeverComesAndGoesDuringTrafficSeesEveryMessageOnceAndInOrder) {
  std::mt19937 random(GetParam());
  const auto pick = [&random](std::size_t end) { return random() % end; };
  std::vector<Reader> readers(8);
  std::vector<HubReader> hub_readers(3);
  int said = 0;
  readers[0].connect(nodes[0], "m" + std::to_string(++said));
  run();
  for (auto& reader : hub_readers) {  // they get no more than 50 messages without a cursor
    reader.connect(nodes[pick(3)]);
    run();
    ASSERT_TRUE(reader.read()) << "seed " << GetParam();
  }
  for (int step = 0; step < 600; ++step) {
    if (pick(4) == 0) {
      HubReader& reader = hub_readers[pick(hub_readers.size())];
      const bool speaks = pick(2) == 0 && said < 190;
      const std::string text = speaks ? "m" + std::to_string(++said) : std::string();
      if (reader.client == nullptr) {
        reader.connect(nodes[pick(3)], text);
      } else if (speaks) {
        reader.say(text);
      } else {
        if (pick(2) == 0) {
          ASSERT_TRUE(reader.read()) << "seed " << GetParam() << ", step " << step;
        }
        reader.client.reset();
      }
      continue;
    }
    Reader& reader = readers[pick(readers.size())];
    const auto choice = pick(100);
    if (reader.client == nullptr) {
      const bool speaks = choice < 50 && said < 190;
      reader.connect(nodes[pick(3)], speaks ? "m" + std::to_string(++said) : std::string());
    } else if (choice < 30 && said < 190) {  // a newcomer gets no more than 200
      reader.say("m" + std::to_string(++said));
    } else if (choice < 40) {
      ASSERT_TRUE(reader.read()) << "seed " << GetParam() << ", step " << step;
      reader.client->disconnect();
      reader.client = nullptr;
    } else if (choice < 45) {
      reader.client->disconnect();  // with news it has not read
      reader.client = nullptr;
    } else if (choice < 50) {
      ASSERT_TRUE(reader.read()) << "seed " << GetParam() << ", step " << step;
      reader.resync();
    } else if (choice < 80) {
      for (auto turns = pick(6); turns > 0; --turns) loop.poll_one();
    } else {
      run();
    }
    if (loop.stopped()) loop.restart();
  }
  run();
  std::vector<std::string> longest;
  for (auto& reader : readers) {
    if (reader.client == nullptr) reader.connect(nodes[pick(3)]);
    run();
    ASSERT_TRUE(reader.read()) << "seed " << GetParam() << ", at the end";
    if (longest.empty()) longest = reader.shown;
    EXPECT_EQ(reader.shown, longest) << "seed " << GetParam();
  }
  for (auto& reader : hub_readers) {
    if (reader.client == nullptr) reader.connect(nodes[pick(3)]);
    run();
    ASSERT_TRUE(reader.read()) << "seed " << GetParam() << ", at the end";
    EXPECT_EQ(reader.shown, longest) << "SignalR, seed " << GetParam();
    reader.client.reset();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ClusterProperty, testing::Range(1U, 21U));

}  // namespace
}  // namespace chat
