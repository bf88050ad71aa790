#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

class OpeningTest : public OneNode {};

TEST_F(OpeningTest, RefusesAJoinForNowWhileTheBackplaneDoesNotAnswerAndTakesTheNextOne) {
  FakeClient& ana = node.connect();
  backends->fail_states = true;
  ana.join("lobby");
  run();
  EXPECT_EQ(ana.reply("join lobby")["code"], "unavailable");
  EXPECT_EQ(node.rooms.room_count(), 0U);
  backends->fail_states = false;
  ana.forget();
  ana.join("lobby");
  run();
  EXPECT_EQ(ana.reply("join lobby")["type"], "joined");
}

TEST_F(OpeningTest, AnswersEveryJoinEvenOneSaidWhileAnEarlierIsBeingRefused) {
  FakeClient& ana = node.connect();
  backends->fail_states = true;
  backends->hold_states = true;
  ana.say({{"type", "join"}, {"id", 1}, {"room", "lobby"}});
  run();
  backends->fail_states = false;
  backends->release();  // refused; the client does not know yet
  ana.say({{"type", "join"}, {"id", 2}, {"room", "lobby"}});
  run();
  EXPECT_FALSE(ana.reply(1).is_null());
  EXPECT_FALSE(ana.reply(2).is_null());
}

TEST_F(OpeningTest, AnswersWhatIsAskedWhileTheRoomIsStillBeingOpened) {
  FakeClient& ana = node.connect();
  const auto ask = [&] {
    ana.say({{"type", "history"}, {"id", 2}, {"room", "lobby"}});
    ana.say({{"type", "members"}, {"id", 3}, {"room", "lobby"}});
  };
  backends->hold_states = true;
  ana.join("lobby");
  ask();
  run();
  EXPECT_TRUE(ana.reply(2).is_null());
  backends->release();
  run();
  EXPECT_EQ(ana.reply(2)["type"], "page");
  EXPECT_EQ(ana.reply(3)["type"], "members");

  ana.say({{"type", "leave"}, {"room", "lobby"}});
  ana.forget();
  ana.join("lobby");
  ask();
  ana.say({{"type", "leave"}, {"room", "lobby"}});
  run();
  EXPECT_EQ(ana.reply(2)["type"], "page") << "asked before it left";
  EXPECT_EQ(ana.reply(3)["type"], "members") << "asked before it left";
}

TEST_F(OpeningTest, RefusesWhatIsAskedOfARoomThatCannotBeOpened) {
  FakeClient& ana = node.connect();
  backends->fail_states = true;
  backends->hold_states = true;
  ana.join("lobby");
  ana.say({{"type", "history"}, {"id", 2}, {"room", "lobby"}});
  run();
  backends->release();  // refused; the client does not know yet
  ana.say({{"type", "members"}, {"id", 3}, {"room", "lobby"}});
  run();
  EXPECT_EQ(ana.reply("join lobby")["code"], "unavailable");
  EXPECT_EQ(ana.reply(2)["code"], "unavailable");
  EXPECT_EQ(ana.reply(3)["code"], "unavailable");
  EXPECT_EQ(node.rooms.room_count(), 0U);
}

TEST_F(OpeningTest, AnswersAJoinSaidAfterLeavingARoomStillBeingOpened) {
  FakeClient& ana = node.connect();
  backends->hold_states = true;
  ana.join("lobby");
  ana.say({{"type", "leave"}, {"id", 2}, {"room", "lobby"}});
  run();
  ana.say({{"type", "join"}, {"id", 3}, {"room", "lobby"}});
  run();
  backends->release();
  run();
  EXPECT_EQ(ana.reply(3)["type"], "joined");
  EXPECT_EQ(node.rooms.room_count(), 1U);
}

}  // namespace
}  // namespace chat
