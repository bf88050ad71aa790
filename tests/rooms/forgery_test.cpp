#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kForged = R"({"text":"forged"})";

/// Any program that reaches Redis may publish on a room's channel. Ten messages have been said before it does.
class ForgeryTest : public OneNode {
 protected:
  ForgeryTest() {
    for (int i = 1; i <= 10; ++i) ana.send("lobby", "m" + std::to_string(i));
    run();
    epoch = ana.last("message")["epoch"];
    ana.forget();
  }
  void forge(std::string_view in_epoch, Offset first, std::size_t count = 1) {
    const std::vector<std::string_view> bodies(count, kForged);
    node.rooms.on_published("lobby", in_epoch, first, bodies);
    node.rooms.on_batch_end();
  }
  std::string say(const std::string& text) {
    ana.send("lobby", text);
    run();
    return ana.has("message") ? ana.last("message")["text"] : json();
  }
  void expect_room_goes_on() {
    EXPECT_EQ(say("fresh"), "fresh");
    EXPECT_EQ(say("and on"), "and on");
    FakeClient& bo = node.connect();
    bo.hello("Bo");
    bo.join("lobby");
    run();
    ASSERT_TRUE(bo.has("joined"));
    EXPECT_EQ(bo.last("joined")["messages"].back()["text"], "and on");
    EXPECT_EQ(bo.last("joined")["messages"].size(), 12U);
  }
  FakeClient& ana = joined("lobby");
  Epoch epoch;
};

TEST_F(ForgeryTest, HearsOnAfterAPublicationFarBeyondTheLog) {
  for (const Offset far : {Offset{12}, Offset{13}, Offset{1000}, Offset{1} << 53}) forge(epoch, far);
  run();
  expect_room_goes_on();
  EXPECT_FALSE(ana.has("reset"));
  EXPECT_FALSE(ana.has("rewound"));
}

TEST_F(ForgeryTest, HearsOnAfterAPublicationThatComesWhileTheStoreIsAsked) {
  forge(epoch, 1000);
  forge(epoch, 2000);
  run();
  forge(epoch, 3000);
  expect_room_goes_on();
}

TEST_F(ForgeryTest, NeverDeliversAPublicationALittleBeyondTheLogThatTheNextMessageReaches) {
  backends->drop_messages = true;  // of the live stream: it comes below, before the store answers
  ana.send("lobby", "fresh");
  run();
  backends->drop_messages = false;
  forge(epoch, 12);
  backends->deliver("lobby", epoch, 11, R"({"text":"fresh"})");
  run();
  FakeClient& late = node.connect();
  late.hello("Bo");
  late.join("lobby");
  run();
  EXPECT_EQ(late.last("joined")["messages"].back()["text"], "fresh");
  EXPECT_EQ(late.last("joined")["messages"].size(), 11U);
  EXPECT_THAT(offsets(ana.all("message")), ElementsAre(11));
  EXPECT_FALSE(ana.has("rewound"));
}

TEST_F(ForgeryTest, HearsOnAfterPublicationsOfEpochsThatNeverWere) {
  forge("unknown", 11);
  forge("0", 1);
  run();
  expect_room_goes_on();
  EXPECT_FALSE(ana.has("reset"));
}

TEST_F(ForgeryTest, TakesBackAForgedNextMessageWhenTheGenuineOneComes) {
  forge(epoch, 11);
  run();
  EXPECT_EQ(ana.last("message")["text"], "forged");
  expect_room_goes_on();
  ASSERT_THAT(ana.all("rewound"), SizeIs(1));
  EXPECT_EQ(ana.last("rewound")["to"], 10);
  EXPECT_THAT(offsets(ana.all("message")), ElementsAre(11, 11, 12));
}

TEST_F(ForgeryTest, TakesBackMoreForgedMessagesThanItRemembers) {
  forge(epoch, 11, 600);
  run();
  expect_room_goes_on();
  ASSERT_THAT(ana.all("rewound"), SizeIs(1));
  EXPECT_EQ(ana.last("rewound")["to"], 10);
}

TEST_F(ForgeryTest, BelievesNoRepetitionThatSaysSomethingElse) {
  forge(epoch, 4);
  run();
  expect_room_goes_on();
  EXPECT_FALSE(ana.has("rewound"));
  EXPECT_THAT(offsets(ana.all("message")), ElementsAre(11, 12));
}

TEST_F(ForgeryTest, AnswersAJoinWhileTheForgedMessagesStand) {
  forge(epoch, 11, 600);
  run();
  FakeClient& bo = node.connect();
  bo.hello("Bo");
  bo.join("lobby");
  run();
  EXPECT_TRUE(bo.has("joined"));
}

TEST_F(ForgeryTest, FindsForgedMessagesInASilentRoomByTheTopOfTheStore) {
  forge(epoch, 11, 3);
  run();
  // Each room is looked at every 10 s.
  ASSERT_TRUE(run_until(loop, [&] { return ana.has("rewound"); }, Seconds(15)));
  EXPECT_EQ(ana.last("rewound")["to"], 10);
  ana.forget();
  expect_room_goes_on();
}

}  // namespace
}  // namespace chat
