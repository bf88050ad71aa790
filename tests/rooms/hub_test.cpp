#include "chat/rooms/pace.hpp"
#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class HubTest : public OneNode {};

TEST_F(HubTest, BringsEveryMessageToEveryMemberItsSenderIncluded) {
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

/// A room in which so much was said at once that what follows is gathered.
class CrowdedRoomTest : public OneNode {
 protected:
  void SetUp() override {
    ana.join("lobby");
    run();
    epoch = ana.last("joined")["epoch"];
    bring(Pace::kCrowded);
    ASSERT_EQ(ana.all("message").size(), Pace::kCrowded);
    ana.forget();
  }
  /// What another node's people say comes in one gulp.
  void bring(std::size_t messages) {
    const std::vector<std::string_view> bodies(messages, kBody);
    node.hub.on_published("lobby", epoch, said + 1, bodies);
    said += messages;
    node.hub.on_batch_end();
    run();
  }
  static constexpr std::string_view kBody = R"({"text":"0123456789"})";
  FakeClient& ana = node.connect();
  std::string epoch;
  Offset said = 0;
};

TEST_F(CrowdedRoomTest, BringsWhatIsSaidALittleLaterInOneWrite) {
  bring(1);
  bring(2);
  EXPECT_FALSE(ana.has("message"));
  const int writes = ana.flushes;
  clock.advance(Pace::kGathering);
  EXPECT_TRUE(run_until(loop, [&] { return ana.has("message"); }));
  EXPECT_EQ(ana.flushes, writes + 1);
  EXPECT_THAT(offsets(ana.all("message")), ElementsAre(said - 2, said - 1, said));
}

TEST_F(CrowdedRoomTest, IsBroughtAtOnceWhenItsTimeHasCome) {
  clock.advance(Pace::kGathering);
  bring(1);
  EXPECT_EQ(ana.all("message").size(), 1U);
}

TEST_F(CrowdedRoomTest, IsBroughtAtOnceWhenItIsEnoughForAWrite) {
  const std::size_t enough = Pace::kFull / kBody.size() + 1;
  bring(enough);
  EXPECT_EQ(ana.all("message").size(), enough);
}

TEST_F(CrowdedRoomTest, KeepsNobodyWaitingElsewhere) {
  FakeClient& bo = joined("garden", "Bo");
  bring(1);
  bo.send("garden", "here");
  run();
  EXPECT_TRUE(bo.has("message"));
  EXPECT_FALSE(ana.has("message"));
}

TEST_F(CrowdedRoomTest, ShowsANewcomerAllThatWasSaidOnce) {
  bring(1);
  FakeClient& bo = node.connect();
  bo.join("lobby");
  run();
  EXPECT_EQ(bo.last("joined")["offset"], said);
  EXPECT_EQ(ana.all("message").size(), 1U);
  clock.advance(Pace::kGathering);
  bring(1);
  EXPECT_THAT(offsets(bo.all("message")), ElementsAre(said));
}

TEST_F(HubTest, AcknowledgesARepeatedSendWithThePlaceOfTheFirst) {
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
  EXPECT_EQ(ana.all("message")[0]["n"], 1);
}

TEST_F(HubTest, GivesANewcomerTheLastMessagesAndThenWhatFollows) {
  FakeClient& ana = joined("lobby");
  for (int i = 1; i <= 5; ++i) ana.send("lobby", "m" + std::to_string(i));
  run();
  FakeClient& bo = node.connect();
  bo.say({{"type", "join"}, {"id", 1}, {"room", "lobby"}, {"history", 2}});
  ana.send("lobby", "m6");
  run();
  auto seen = offsets(bo.reply(1)["messages"]);
  for (const int offset : offsets(bo.all("message"))) seen.push_back(offset);
  EXPECT_EQ(seen.back(), 6);
  for (std::size_t i = 1; i < seen.size(); ++i) EXPECT_EQ(seen[i], seen[i - 1] + 1);
  EXPECT_EQ(bo.reply(1)["recovered"], false);
  EXPECT_EQ(bo.reply(1)["members"], 2);
}

TEST_F(HubTest, ResumesByCursorWithExactlyWhatWasMissed) {
  FakeClient& ana = joined("lobby");
  for (int i = 1; i <= 5; ++i) ana.send("lobby", "m" + std::to_string(i));
  run();
  const json epoch = ana.last("ack")["epoch"];
  for (const auto& [offset, missed] :
       std::vector<std::pair<int, std::vector<int>>>{{2, {3, 4, 5}}, {5, {}}, {0, {1, 2, 3, 4, 5}}}) {
    FakeClient& back = node.connect();
    back.say({{"type", "join"},
              {"id", 1},
              {"room", "lobby"},
              {"cursor", {{"epoch", epoch}, {"offset", offset}}},
              {"history", 1}});
    run();
    EXPECT_EQ(back.reply(1)["recovered"], true) << offset;
    EXPECT_EQ(offsets(back.reply(1)["messages"]), missed);
    EXPECT_EQ(back.reply(1)["offset"], 5);
  }
}

TEST_F(HubTest, StartsAgainWhereACursorMeansNothing) {
  FakeClient& ana = joined("lobby");
  for (int i = 1; i <= 3; ++i) ana.send("lobby", "m" + std::to_string(i));
  run();
  FakeClient& back = node.connect();
  back.say({{"type", "join"},
            {"id", 1},
            {"room", "lobby"},
            {"cursor", {{"epoch", "another"}, {"offset", 2}}},
            {"history", 2}});
  run();
  EXPECT_EQ(back.last("reset")["reason"], "wiped");
  EXPECT_EQ(back.reply(1)["recovered"], false);
  EXPECT_THAT(offsets(back.reply(1)["messages"]), ElementsAre(2, 3));
}

TEST_F(HubTest, SendsWhoseCursorLiesAheadOfTheLogBackToItsTop) {
  FakeClient& ana = joined("lobby");
  for (int i = 1; i <= 3; ++i) ana.send("lobby", "m" + std::to_string(i));
  run();
  const json epoch = ana.last("ack")["epoch"];
  FakeClient& back = node.connect();
  back.say({{"type", "join"}, {"id", 1}, {"room", "lobby"}, {"cursor", {{"epoch", epoch}, {"offset", 9}}}});
  run();
  EXPECT_EQ(back.last("rewound")["to"], 3);
  EXPECT_EQ(back.reply(1)["recovered"], true);
  EXPECT_EQ(back.reply(1)["offset"], 3);
  back.forget();
  ana.send("lobby", "m4");
  run();
  EXPECT_EQ(offsets(back.all("message")), std::vector<int>{4});
}

TEST_F(HubTest, TellsInAPageWhereATrimmedLogBegins) {
  FakeClient& ana = joined("lobby");
  for (int i = 0; i < 1300; ++i) {  // of which the store keeps 1000, and the node 256
    node.backends->backplane().append({"lobby", "", 0, "{\"m\":1}"}, [](const Result<Appended>&) {});
  }
  run();
  struct Case {
    const char* key;
    int offset;
    int first;
    bool more;
    json begins;
  };
  for (const auto& [key, offset, first, more, begins] :
       {Case{"after", 100, 301, true, 301}, Case{"after", 300, 301, true, {}}, Case{"before", 330, 301, false, 301},
        Case{"before", 400, 350, true, {}}, Case{"before", 301, 0, false, 301}}) {
    ana.forget();
    ana.say({{"type", "history"}, {"id", 1}, {"room", "lobby"}, {key, offset}, {"limit", 50}});
    run();
    const json page = ana.reply(1);
    EXPECT_EQ(page["messages"].empty() ? json(0) : page["messages"][0]["offset"], first) << key << offset;
    EXPECT_EQ(page["more"], more) << key << offset;
    EXPECT_EQ(page.value("begins", json()), begins) << key << offset;
  }
}

TEST_F(HubTest, DoesNotTakeAPageOfNothingForTheStartOfALog) {
  FakeClient& ana = joined("lobby");
  for (int i = 1; i <= 5; ++i) ana.send("lobby", "m" + std::to_string(i));
  run();
  for (const char* key : {"after", "before"}) {
    ana.forget();
    ana.say({{"type", "history"}, {"id", 1}, {"room", "lobby"}, {key, 3}, {"limit", 0}});
    run();
    EXPECT_EQ(ana.reply(1)["more"], true) << key;
    EXPECT_FALSE(ana.reply(1).contains("begins")) << key;
  }
}

TEST_F(HubTest, ReplaysInPagesWhatALongAbsenceMissed) {
  FakeClient& ana = joined("lobby");
  ana.send("lobby", "m1");
  run();
  const json cursor{{"epoch", ana.last("ack")["epoch"]}, {"offset", 1}};
  for (int i = 0; i < 449; ++i) {
    node.backends->backplane().append({"lobby", "", 0, "{\"m\":1}"}, [](const Result<Appended>&) {});
  }
  run();
  FakeClient& back = node.connect();
  back.say({{"type", "join"}, {"id", 1}, {"room", "lobby"}, {"cursor", cursor}});
  backends->history_reads = 0;
  const bool caught_up = run_until(loop, [&] { return back.has("caught_up"); }, Seconds(3));
  ASSERT_TRUE(caught_up) << "the store was read " << backends->history_reads << " times";
  ana.send("lobby", "live");
  run();
  EXPECT_EQ(back.reply(1)["recovered"], true);
  EXPECT_EQ(back.last("caught_up")["offset"], 450);
  auto seen = offsets(back.reply(1)["messages"]);
  for (const int offset : offsets(back.all("message"))) seen.push_back(offset);
  ASSERT_EQ(seen.size(), 450U);
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], static_cast<int>(i) + 2);
}

TEST_F(HubTest, BringsUpToDateWhoJoinsAgain) {
  FakeClient& ana = joined("lobby");
  ana.send("lobby", "m1");
  run();
  ana.forget();
  ana.join("lobby");
  run();
  EXPECT_THAT(offsets(ana.reply("join lobby")["messages"]), ElementsAre(1));
  ana.send("lobby", "m2");
  run();
  EXPECT_EQ(ana.all("message").size(), 1U) << "a member once, however often it joined";
}

TEST_F(HubTest, PagesBackThroughHistory) {
  FakeClient& ana = joined("lobby");
  for (int i = 1; i <= 7; ++i) ana.send("lobby", "m" + std::to_string(i));
  run();
  const auto page = [&](json query) {
    query.update({{"type", "history"}, {"id", 1}, {"room", "lobby"}});
    ana.forget();
    ana.say(query);
    run();
    return ana.reply(1);
  };
  EXPECT_THAT(offsets(page({{"limit", 3}})["messages"]), ElementsAre(5, 6, 7));
  EXPECT_EQ(page({{"limit", 3}})["more"], true);
  EXPECT_THAT(offsets(page({{"limit", 3}, {"before", 5}})["messages"]), ElementsAre(2, 3, 4));
  EXPECT_THAT(offsets(page({{"limit", 3}, {"before", 2}})["messages"]), ElementsAre(1));
  EXPECT_EQ(page({{"limit", 3}, {"before", 2}})["more"], false);
  EXPECT_THAT(page({{"before", 1}})["messages"], IsEmpty());
  EXPECT_THAT(page({{"before", 0}})["messages"], IsEmpty());
  EXPECT_EQ(offsets(page({{"before", 99}})["messages"]).size(), 7U);
}

TEST_F(HubTest, SendsNothingOfARoomToWhoHasLeftIt) {
  FakeClient& ana = joined("lobby");
  FakeClient& bo = joined("lobby", "Bo");
  bo.say({{"type", "leave"}, {"id", 1}, {"room", "lobby"}});
  ana.send("lobby", "one");
  run();
  EXPECT_FALSE(bo.has("message"));
  EXPECT_TRUE(ana.has("message"));
}

TEST_F(HubTest, ForgetsARoomWhenTheLastMemberIsGone) {
  FakeClient& ana = joined("lobby");
  EXPECT_EQ(node.hub.room_count(), 1U);
  ana.disconnect();
  run();
  EXPECT_EQ(node.hub.room_count(), 0U);
}

TEST_F(HubTest, TellsTypingToOthersOnly) {
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
TEST_F(HubTest, IgnoresTypingThatNoClientCanBeShown) {
  FakeClient& ana = joined("lobby", "Ana");
  for (const std::string_view payload : {"u1", "u1 ", "u\xff Bo", "u1 B\xff", "u1 B\no"}) {
    node.hub.on_signal("lobby", Signal::typing, payload);
  }
  run();
  EXPECT_FALSE(ana.has("typing"));
  node.hub.on_signal("lobby", Signal::typing, "u1 Bo");
  run();
  EXPECT_TRUE(ana.has("typing"));
}

TEST_F(HubTest, RefusesAJoinForNowWhileTheBackplaneDoesNotAnswerAndTakesTheNextOne) {
  FakeClient& ana = node.connect();
  backends->fail_states = true;
  ana.join("lobby");
  run();
  EXPECT_EQ(ana.reply("join lobby")["code"], "unavailable");
  EXPECT_EQ(node.hub.room_count(), 0U);
  backends->fail_states = false;
  ana.forget();
  ana.join("lobby");
  run();
  EXPECT_EQ(ana.reply("join lobby")["type"], "joined");
}

TEST_F(HubTest, AnswersEveryJoinEvenOneSaidWhileAnEarlierIsBeingRefused) {
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

TEST_F(HubTest, AnswersWhatIsAskedWhileTheRoomIsStillBeingOpened) {
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

/// A room of 505 messages, and somebody who is in it on this node.
class LongRoomTest : public HubTest {
 protected:
  LongRoomTest() {
    ana.send("lobby", "m1");
    run();
    epoch = ana.last("ack")["epoch"];
    for (int i = 0; i < 504; ++i) {
      node.backends->backplane().append({"lobby", "", 0, "{\"m\":1}"}, [](const Result<Appended>&) {});
    }
    run();
    ana.forget();
  }
  json join(int id, int offset) {
    return {{"type", "join"}, {"id", id}, {"room", "lobby"}, {"cursor", {{"epoch", epoch}, {"offset", offset}}}};
  }
  /// All messages in the order in which the client gets them.
  static std::vector<int> heard(const FakeClient& client) {
    std::vector<int> all;
    for (const auto& event : client.received()) {
      if (event["type"] == "joined") {
        for (const int offset : offsets(event["messages"])) all.push_back(offset);
      } else if (event["type"] == "message") {
        all.push_back(event["offset"]);
      }
    }
    return all;
  }
  static std::vector<int> between(int first, int last) {
    std::vector<int> all;
    for (int i = first; i <= last; ++i) all.push_back(i);
    return all;
  }

  FakeClient& ana = joined("lobby");
  json epoch;
};

TEST_F(LongRoomTest, BringsAMemberUpToDateWithoutANewMessageInBetween) {
  ana.say(json::array({join(1, 200), {{"type", "send"}, {"id", 2}, {"room", "lobby"}, {"text", "new"}}}));
  ASSERT_TRUE(run_until(loop, [&] { return ana.has("caught_up"); }, Seconds(3)));
  EXPECT_EQ(heard(ana), between(201, 506));
  ana.forget();
  ana.send("lobby", "live");
  run();
  EXPECT_EQ(heard(ana), between(507, 507));
}

TEST_F(LongRoomTest, AnswersAJoinThatIsLeftInTheSameBreath) {
  ana.say(json::array({join(1, 505), {{"type", "leave"}, {"id", 2}, {"room", "lobby"}}}));
  run();
  EXPECT_EQ(ana.reply(1)["type"], "joined");
  EXPECT_EQ(ana.reply(2)["type"], "left");
}

TEST_F(LongRoomTest, ForgetsTheReplayOfARoomThatWasLeftAndJoinedAgain) {
  FakeClient& bo = node.connect();
  bo.say(json::array({join(1, 0),
                      {{"type", "leave"}, {"id", 2}, {"room", "lobby"}},
                      {{"type", "join"}, {"id", 3}, {"room", "lobby"}, {"history", 5}}}));
  run();
  ana.send("lobby", "live");
  run_until(loop, [&] { return bo.has("caught_up"); }, Milliseconds(300));
  EXPECT_EQ(offsets(bo.reply(3)["messages"]), between(501, 505));
  EXPECT_FALSE(bo.has("caught_up"));
  EXPECT_EQ(offsets(bo.all("message")), between(506, 506));
}

TEST_F(LongRoomTest, ForgetsTheReplayOfAnEarlierJoin) {
  FakeClient& bo = node.connect();
  bo.say(json::array({join(1, 0), {{"type", "join"}, {"id", 2}, {"room", "lobby"}, {"history", 5}}}));
  run();
  ana.send("lobby", "live");
  run_until(loop, [&] { return bo.has("caught_up"); }, Milliseconds(300));
  EXPECT_EQ(bo.reply(1)["offset"], 100);
  EXPECT_EQ(bo.reply(2)["offset"], 505);
  EXPECT_EQ(offsets(bo.all("message")), between(506, 506));
}

TEST_F(HubTest, RefusesWhatIsAskedOfARoomThatCannotBeOpened) {
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
  EXPECT_EQ(node.hub.room_count(), 0U);
}

TEST_F(HubTest, AnswersAJoinSaidAfterLeavingARoomStillBeingOpened) {
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
  EXPECT_EQ(node.hub.room_count(), 1U);
}

TEST_F(HubTest, TakesManyFullRoomsAtOnceForNoSlowness) {
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

TEST_F(HubTest, TellsWhoCameInAStormTogetherWithWhoComesNext) {
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
