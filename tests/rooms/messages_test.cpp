#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;

class MessagesTest : public OneNode {};

TEST_F(MessagesTest, BringsEveryMessageToEveryMemberItsSenderIncluded) {
  FakeClient& ana = joined("lobby");
  FakeClient& bo = joined("lobby", "Bo");
  FakeClient& elsewhere = joined("garden", "Eve");
  ana.send("lobby", "one");
  bo.send("lobby", "two");
  run();
  for (FakeClient* member : {&ana, &bo}) {
    EXPECT_THAT(offsets(member->all("message")), ElementsAre(1, 2));
    EXPECT_EQ(member->all("message")[0]["text"], "one");
    EXPECT_EQ(member->all("message")[0]["from"]["name"], "Ana");
    EXPECT_EQ(member->all("message")[0]["node"], "chat-1");
  }
  EXPECT_FALSE(elsewhere.has("message"));
  EXPECT_EQ(ana.reply("one")["offset"], 1);
  EXPECT_EQ(ana.reply("one")["epoch"], bo.all("message")[0]["epoch"]);
}

TEST_F(MessagesTest, AcknowledgesARepeatedSendWithThePlaceOfTheFirst) {
  FakeClient& ana = joined("lobby");
  ana.send("lobby", "one", 1);
  run();
  ana.send("lobby", "one", 1);
  ana.send("lobby", "gap", 3);
  run();
  ASSERT_EQ(ana.all("ack").size(), 2U);
  EXPECT_EQ(ana.all("ack")[1]["duplicate"], true);
  EXPECT_EQ(ana.all("ack")[1]["offset"], 1);
  EXPECT_EQ(ana.reply("gap")["code"], "out_of_sequence");
  EXPECT_EQ(ana.reply("gap")["last"], 1);
  EXPECT_EQ(ana.all("message").size(), 1U);
  EXPECT_EQ(ana.all("message")[0]["seq"], 1);
}

TEST_F(MessagesTest, SendsNothingOfARoomToWhoHasLeftIt) {
  FakeClient& ana = joined("lobby");
  FakeClient& bo = joined("lobby", "Bo");
  bo.say({{"type", "leave"}, {"id", 1}, {"room", "lobby"}});
  ana.send("lobby", "one");
  run();
  EXPECT_FALSE(bo.has("message"));
  EXPECT_TRUE(ana.has("message"));
}

TEST_F(MessagesTest, ForgetsARoomWhenTheLastMemberIsGone) {
  FakeClient& ana = joined("lobby");
  EXPECT_EQ(node.rooms.room_count(), 1U);
  ana.disconnect();
  run();
  EXPECT_EQ(node.rooms.room_count(), 0U);
}

TEST_F(MessagesTest, TellsTypingToOthersOnly) {
  FakeClient& ana = joined("lobby", "Ana", "0123456789abcdef");
  FakeClient& anas_other_tab = joined("lobby", "Ana", "0123456789abcdef");
  FakeClient& bo = joined("lobby", "Bo");
  ana.say({{"type", "typing"}, {"room", "lobby"}});
  run();
  ASSERT_TRUE(bo.has("typing"));
  EXPECT_EQ(bo.last("typing")["from"]["name"], "Ana");
  EXPECT_FALSE(ana.has("typing"));
  EXPECT_FALSE(anas_other_tab.has("typing"));
}

/// Any program may publish to the channel of a room. Text that is not UTF-8 has no form in JSON.
TEST_F(MessagesTest, IgnoresTypingThatNoClientCanBeShown) {
  FakeClient& ana = joined("lobby", "Ana");
  for (const std::string_view payload : {"u1", "u1 ", "u\xff Bo", "u1 B\xff", "u1 B\no"}) {
    node.rooms.on_signal("lobby", Signal::typing, payload);
  }
  run();
  EXPECT_FALSE(ana.has("typing"));
  node.rooms.on_signal("lobby", Signal::typing, "u1 Bo");
  run();
  EXPECT_TRUE(ana.has("typing"));
}

TEST_F(MessagesTest, TakesManyFullRoomsAtOnceForNoSlowness) {
  FakeClient& writer = joined("room0");
  for (int room = 0; room < 10; ++room) {
    for (int i = 0; i < 60; ++i) {
      node.backends->backplane().append(
          {"room" + std::to_string(room), "", 0, R"({"text":")" + std::string(4000, 'x') + "\"}"},
          [](const Result<Appended>&) {});
    }
  }
  run();
  FakeClient& reader = node.connect();
  for (int room = 0; room < 10; ++room) reader.join("room" + std::to_string(room));
  run();
  EXPECT_FALSE(reader.close_code()) << "it reads as fast as one can";
  EXPECT_EQ(reader.all("joined").size(), 10U);
  EXPECT_FALSE(writer.close_code());
}

TEST_F(MessagesTest, TellsWhoCameInAStormTogetherWithWhoComesNext) {
  FakeNode far{loop, clock, "chat-2", make_memory_services(loop, bus)};
  FakeClient& watcher = far.connect();
  watcher.join("room-0");
  FakeClient& first = joined("room-0");
  const auto hears_of = [this](const FakeClient& client, int people) {
    return run_until(loop, [&] { return client.has("presence") && client.last("presence")["count"] == people; });
  };
  const auto wave = [this] {
    for (int room = 0; room < 64; ++room) node.connect().join("room-" + std::to_string(room));
  };
  ASSERT_TRUE(hears_of(first, 2));
  wave();
  ASSERT_TRUE(hears_of(watcher, 3));
  first.forget();
  wave();
  ASSERT_TRUE(hears_of(first, 4));
  ASSERT_EQ(first.all("presence").size(), 1U);
  EXPECT_EQ(first.last("presence")["joined"].size(), 2U);
}

}  // namespace
}  // namespace chat
