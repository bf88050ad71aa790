#include "chat/core/limits.hpp"
#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

TEST_F(SessionTest, MustJoinBeforeItSpeaksReadsOrLists) {
  for (const char* type : {"send", "history", "members", "typing", "leave"}) {
    client.forget();
    client.say({{"type", type}, {"id", 1}, {"room", "lobby"}, {"text", "hi"}});
    run();
    EXPECT_EQ(client.reply(1)["code"], "not_joined") << type;
  }
}

TEST_F(SessionTest, MaySpeakReadAndListRightBehindItsJoin) {
  client.say(json::array({{{"type", "join"}, {"id", 1}, {"room", "lobby"}},
                          {{"type", "send"}, {"id", 2}, {"room", "lobby"}, {"text", "hi"}},
                          {{"type", "history"}, {"id", 3}, {"room", "lobby"}},
                          {{"type", "members"}, {"id", 4}, {"room", "lobby"}}}));
  run();
  EXPECT_EQ(client.reply(1)["type"], "joined");
  EXPECT_EQ(client.reply(2)["offset"], 1);
  EXPECT_EQ(client.reply(3)["type"], "page");
  EXPECT_EQ(client.reply(4)["type"], "members");
  const std::size_t heard = client.all("message").size() + client.reply(1)["messages"].size();
  EXPECT_EQ(heard, 1U) << "its own words, once";
}

TEST_F(SessionTest, HearsWhatItSaysRightBehindItsJoinAfterTheJoinedAndOnlyThen) {
  client.say(json::array({{{"type", "join"}, {"id", 1}, {"room", "lobby"}, {"history", 0}},
                          {{"type", "send"}, {"id", 2}, {"room", "lobby"}, {"text", "hi"}}}));
  run();
  EXPECT_EQ(client.reply(1)["offset"], 0);
  ASSERT_EQ(client.all("message").size(), 1U) << testing::PrintToString(client.received());
  EXPECT_EQ(client.all("message")[0]["offset"], 1);
  EXPECT_EQ(client.reply(2)["offset"], 1);
}

TEST_F(SessionTest, SaysWhatItSaidBehindItsJoinAlsoWhenItLeavesOrGoesBeforeTheAnswer) {
  backends->hold_states = true;
  FakeClient& other = node.connect();
  for (FakeClient* one : {&client, &other}) {
    one->say(json::array({{{"type", "join"}, {"id", 1}, {"room", "lobby"}},
                          {{"type", "send"}, {"id", 2}, {"room", "lobby"}, {"text", "hi"}}}));
  }
  client.say({{"type", "leave"}, {"room", "lobby"}});
  other.disconnect();
  run();
  backends->release();
  run();
  EXPECT_EQ(client.reply(2)["type"], "ack");
  FakeClient& reader = node.connect();
  reader.join("lobby");
  run();
  EXPECT_EQ(reader.reply("join lobby")["messages"].size(), 2U);
}

TEST_F(SessionTest, IsToldToWaitWhenItSaysTooMuchBehindAJoin) {
  backends->hold_states = true;
  client.say({{"type", "join"}, {"room", "lobby"}});
  for (std::size_t i = 0; i <= limits::kPostponedRequests; ++i) {
    clock.advance(Milliseconds(100));
    client.say({{"type", "send"}, {"id", i + 1}, {"room", "lobby"}, {"text", "hi"}});
  }
  run();
  EXPECT_EQ(client.reply(limits::kPostponedRequests + 1)["code"], "busy");
  backends->release();
  run();
  EXPECT_EQ(client.all("ack").size(), limits::kPostponedRequests);
}

TEST_F(SessionTest, NamesABadRoomABadRoom) {
  for (const char* type : {"join", "send", "history", "members", "typing", "leave"}) {
    client.forget();
    client.say({{"type", type}, {"id", 1}, {"room", "No Room"}, {"text", "hi"}});
    run();
    EXPECT_EQ(client.reply(1)["code"], "bad_room") << type;
  }
}

TEST_F(SessionTest, MaySendABurstAndThenAtItsRate) {
  client.join("lobby");
  run();
  for (int i = 0; i < 25; ++i) client.send("lobby", "m" + std::to_string(i));
  run();
  EXPECT_EQ(client.all("ack").size(), 20U);
  const auto refused = client.all("error");
  ASSERT_EQ(refused.size(), 5U);
  EXPECT_EQ(refused[0]["code"], "rate_limited");
  EXPECT_EQ(refused[0]["temporary"], true);
  EXPECT_EQ(refused[0]["retry_after_ms"], 100);
  clock.advance(Milliseconds(100));
  client.forget();
  client.send("lobby", "one");
  client.send("lobby", "two");
  run();
  EXPECT_EQ(client.reply("one")["type"], "ack");
  EXPECT_EQ(client.reply("two")["code"], "rate_limited");
}

TEST_F(SessionTest, MayJoinSoManyRoomsAndOneMoreAfterLeavingOne) {
  for (int i = 0; i < 100; ++i) client.join("room" + std::to_string(i));
  client.join("one-more");
  client.join("room7");  // it is there already
  run();
  EXPECT_EQ(client.all("joined").size(), 101U);
  EXPECT_EQ(client.reply("join one-more")["code"], "too_many_rooms");
  client.forget();
  client.say({{"type", "leave"}, {"id", 5}, {"room", "room7"}});
  client.join("one-more");
  run();
  EXPECT_EQ(client.reply(5)["type"], "left");
  EXPECT_EQ(client.reply("join one-more")["type"], "joined");
}

TEST_F(SessionTest, IsHeldToARateOfJoins) {
  for (int i = 0; i < 201; ++i) client.join("lobby");
  run();
  EXPECT_EQ(client.all("joined").size(), 200U);
  EXPECT_EQ(client.last("error")["code"], "rate_limited");
}

TEST_F(SessionTest, IsClosedWhenItOnlyMakesMistakes) {
  for (int i = 0; i < 20; ++i) client.say_raw("nonsense");
  run();
  EXPECT_EQ(client.all("error").size(), 20U);
  EXPECT_FALSE(client.close_code());
  client.say_raw("nonsense");
  client.say({{"type", "node"}, {"id", 1}});
  run();
  EXPECT_EQ(client.close_code(), 1008);
  EXPECT_TRUE(client.finished);
  EXPECT_TRUE(client.reply(1).is_null()) << "answered after it was closed";
}

TEST_F(SessionTest, AnswersEachRequestOfOneFrame) {
  client.say(
      json::array({{{"type", "hello"}, {"id", 1}}, {{"type", "nonsense"}, {"id", 2}}, {{"type", "node"}, {"id", 3}}}));
  run();
  EXPECT_EQ(client.reply(1)["type"], "welcome");
  EXPECT_EQ(client.reply(2)["code"], "unknown_type");
  EXPECT_EQ(client.reply(3)["type"], "node");
  EXPECT_EQ(client.flushes, 1) << "one write a turn";
}

TEST_F(SessionTest, GetsNoReplyToARequestWithoutIdButErrors) {
  client.say({{"type", "join"}, {"id", 1}, {"room", "lobby"}});
  run();
  client.forget();
  client.say({{"type", "send"}, {"room", "lobby"}, {"text", "hi"}});
  client.say({{"type", "send"}, {"room", "garden"}, {"text", "hi"}});
  client.say({{"type", "leave"}, {"room", "lobby"}});
  run();
  EXPECT_FALSE(client.has("ack"));
  EXPECT_FALSE(client.has("left"));
  EXPECT_EQ(client.last("error")["code"], "not_joined");
}

TEST_F(SessionTest, GetsTenSecondsToSayHelloOrJoin) {
  for (auto& shard : node.shards) shard.clockwork().start();
  FakeClient& greeted = node.connect();
  greeted.hello("Ana");
  clock.advance(Milliseconds(9'900));
  FakeClient& late = node.connect();
  clock.advance(Milliseconds(100));
  ASSERT_TRUE(run_until(loop, [&] { return client.close_code().has_value(); }));
  EXPECT_EQ(client.close_code(), 4408);
  EXPECT_FALSE(late.close_code());
  EXPECT_FALSE(greeted.close_code());
}

TEST_F(SessionTest, IsPingedWhenSilentAndGivenUpWhenItStaysSo) {
  client.session().dialogue().check_alive(client.session(), clock.now() + Seconds(20));
  EXPECT_EQ(client.pings, 0);
  client.session().dialogue().check_alive(client.session(), clock.now() + Seconds(21));
  EXPECT_EQ(client.pings, 1);
  client.session().heard(clock.now() + Seconds(22));
  client.session().dialogue().check_alive(client.session(), clock.now() + Seconds(40));
  EXPECT_EQ(client.pings, 1);
  EXPECT_FALSE(client.aborted);
  client.session().dialogue().check_alive(client.session(), clock.now() + Seconds(83));
  EXPECT_TRUE(client.aborted);
}

TEST_F(SessionTest, TellsWhyItEndsAndNothingAfterwards) {
  client.session().close({CloseCode::restart, "bye"});
  client.session().close({CloseCode::internal, "again"});
  client.session().send({}, Degraded{false, {}});
  run();
  EXPECT_EQ(client.close_code(), 1012);
  EXPECT_TRUE(client.received().empty());
}

TEST_F(SessionTest, IsClosedAsTooSlowWhenItsMessagesPileUp) {
  client.reads = false;
  const SharedBytes frame{std::string(100 * 1024, 'x')};
  for (int i = 0; i < 10; ++i) client.session().send(frame, false);
  EXPECT_FALSE(client.session().is_closing());
  client.session().send(frame, false);
  EXPECT_TRUE(client.session().is_closing());
  EXPECT_LT(client.session().outbox().bytes(), 1000U) << "what it will not read is not kept";
  client.reads = true;
  run();
  EXPECT_EQ(client.close_code(), 4008);
}

TEST_F(SessionTest, LosesPassingHintsBeforeItIsTooSlow) {
  client.reads = false;
  for (int i = 0; i < 5; ++i) client.session().send(SharedBytes(std::string(100 * 1024, 'x')), false);
  for (int i = 0; i < 50; ++i) client.session().send(SharedBytes(std::string(100 * 1024, 'h')), true);
  EXPECT_FALSE(client.session().is_closing());
  for (int i = 0; i < 5; ++i) client.session().send(SharedBytes(std::string(100 * 1024, 'x')), false);
  EXPECT_FALSE(client.session().is_closing());
  EXPECT_LE(client.session().outbox().bytes(), limits::kOutboxBytes);
}

TEST_F(SessionTest, ShowsTheDetailsOfTheClusterToOperatorsOnly) {
  const auto watch = [this](FakeClient& one) { one.say({{"type", "watch"}, {"id", 1}, {"details", true}}); };
  const auto show = [this] {
    ClusterSeen detailed;
    detailed.details = R"({"events":[]})";
    const to_shard::Seen seen{std::make_shared<const ClusterSeen>(), std::make_shared<const ClusterSeen>(detailed)};
    for (auto& shard : node.shards) shard.post(seen);
    run();
  };
  watch(client);
  run();
  EXPECT_EQ(client.reply(1)["code"], "forbidden");
  FakeClient& here = node.connect();
  LetIn let_in;
  let_in.is_on_this_machine = true;
  here.session().token().enter(here.session(), let_in);
  watch(here);
  client.say({{"type", "watch"}, {"id", 2}});
  run();
  EXPECT_EQ(here.reply(1)["type"], "watching");
  show();
  EXPECT_TRUE(here.last("cluster").contains("details"));
  EXPECT_FALSE(client.last("cluster").contains("details"));

  auto operates = std::make_shared<Identity>();
  operates->subject = operates->user_id = "ana";
  operates->rooms = {{"*", {Right::admin}}};
  client.session().token().authenticate(client.session(), operates);
  watch(client);
  run();
  show();
  EXPECT_TRUE(client.last("cluster").contains("details"));
  auto other = std::make_shared<Identity>(*operates);
  other->rooms.clear();
  client.session().token().authenticate(client.session(), other);
  show();
  EXPECT_FALSE(client.last("cluster").contains("details")) << "its newer token says nothing of it";
}

TEST_F(SessionTest, SaysThatAHintIsLostAndKeepsThoseBeforeIt) {
  client.reads = false;
  const SharedBytes hint{std::string(100 * 1024, 'h')};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(client.session().send(hint, true)) << i;
  EXPECT_FALSE(client.session().send(hint, true));
  EXPECT_FALSE(client.session().is_closing());
  EXPECT_EQ(client.session().outbox().bytes(), 10 * hint.size());
}

}  // namespace
}  // namespace chat
