#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CatchingUpTest : public OneNode {};

TEST_F(CatchingUpTest, GivesANewcomerTheLastMessagesAndThenWhatFollows) {
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

TEST_F(CatchingUpTest, ResumesByCursorWithExactlyWhatWasMissed) {
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

TEST_F(CatchingUpTest, StartsAgainWhereACursorMeansNothing) {
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

TEST_F(CatchingUpTest, SendsWhoseCursorLiesAheadOfTheLogBackToItsTop) {
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

TEST_F(CatchingUpTest, TellsInAPageWhereATrimmedLogBegins) {
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

TEST_F(CatchingUpTest, DoesNotTakeAPageOfNothingForTheStartOfALog) {
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

TEST_F(CatchingUpTest, ReplaysInPagesWhatALongAbsenceMissed) {
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

TEST_F(CatchingUpTest, BringsUpToDateWhoJoinsAgain) {
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

TEST_F(CatchingUpTest, PagesBackThroughHistory) {
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

/// A room of 505 messages, with a member on this node.
class LongRoomTest : public CatchingUpTest {
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

}  // namespace
}  // namespace chat
