#include "chat/api/inbox.hpp"

#include <gmock/gmock.h>

#include "chat/backplane/memory.hpp"
#include "support/held_backends.hpp"
#include "support/recording_consumer.hpp"
#include "support/recording_sink.hpp"
#include "support/run_until.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A node with an inbox, on a store that may refuse.
class InboxTest : public testing::Test {
 protected:
  InboxTest() {
    services->backplane().start(sink);
    inbox.start();
  }
  void add(QueueFields fields) {
    ASSERT_TRUE(await<std::string>(
        loop, [&](auto done) { services->queue().push("inbox", std::move(fields), std::move(done)); }));
  }
  void say(const std::string& room, int from, int to) {
    for (int i = from; i <= to; ++i) add({{"room", room}, {"text", std::to_string(i)}});
  }
  std::vector<std::string> texts(const std::string& room) {
    const auto found = await<std::vector<Message>>(
        loop, [&](auto done) { services->backplane().history(room, {0, 100'000, 100'000, false}, std::move(done)); });
    std::vector<std::string> texts;
    for (const auto& message : *found) {
      const std::string body(message.body.view());
      const auto begin = body.find("\"text\":\"") + 8;
      texts.push_back(body.substr(begin, body.find('"', begin) - begin));
    }
    return texts;
  }
  bool has(const std::string& room, std::size_t count) {
    return run_until(loop, [&] { return texts(room).size() == count && inbox.waiting() == 0; });
  }
  /// The entries that no node has acknowledged.
  std::vector<std::string> left() {
    RecordingConsumer next;
    inbox.stop();
    services->queue().consume("inbox", next);
    settle(loop);
    services->queue().stop("inbox");
    return next.values();
  }

  boost::asio::io_context loop;
  SystemClock clock;
  RecordingSink sink;
  std::shared_ptr<MemoryBus> bus = make_memory_bus({100'000, Seconds(3600)});
  std::unique_ptr<HeldBackends> services = std::make_unique<HeldBackends>(make_memory_services(loop, bus));
  Inbox inbox{loop, *services, open_policy(), clock, "chat-1"};
};

TEST_F(InboxTest, AppendsAnEntryToTheLogOfItsRoomAndForgetsIt) {
  add({{"room", "lobby"}, {"data", R"({"text":"hi"})"}, {"name", "Shop"}});
  ASSERT_TRUE(has("lobby", 1));
  EXPECT_THAT(texts("lobby"), ElementsAre("hi"));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(InboxTest, KeepsTheOrderOfEachRoom) {
  std::vector<std::string> expected;
  for (int i = 1; i <= 600; ++i) {
    expected.push_back(std::to_string(i));
    say(i % 2 == 0 ? "even" : "odd", i, i);
    say("all", i, i);
  }
  ASSERT_TRUE(has("all", 600));
  EXPECT_EQ(texts("all"), expected);
  ASSERT_TRUE(has("even", 300));
  EXPECT_EQ(texts("even").back(), "600");
  EXPECT_EQ(texts("even")[1], "4");
}

TEST_F(InboxTest, TriesAgainInOrderWhileTheStoreRefuses) {
  services->fail_appends = true;
  say("lobby", 1, 20);
  run_until(loop, [] { return false; }, Milliseconds(600));
  EXPECT_EQ(inbox.waiting(), 20U);
  services->fail_appends = false;
  say("lobby", 21, 21);
  ASSERT_TRUE(has("lobby", 21));
  std::vector<std::string> expected;
  for (int i = 1; i <= 21; ++i) expected.push_back(std::to_string(i));
  EXPECT_EQ(texts("lobby"), expected);
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(InboxTest, TakesABoundedNumberWhileTheStoreRefuses) {
  services->fail_appends = true;
  const auto most = Inbox::kMaxInHand + ClusterQueue::kMaxBatchEntries;
  for (std::size_t i = 0; i < 2 * most; ++i) {
    services->queue().push("inbox", {{"room", "lobby"}, {"text", std::to_string(i)}}, [](const auto&) {});
  }
  run_until(loop, [] { return false; }, Milliseconds(300));
  EXPECT_GE(inbox.waiting(), Inbox::kMaxInHand);
  EXPECT_LE(inbox.waiting(), most);
  services->fail_appends = false;
  EXPECT_TRUE(has("lobby", 2 * most));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(InboxTest, LetsOtherRoomsGoOnWhenTheStoreTakesNothingOfOneForLong) {
  services->refused_rooms["full"] = {ErrorCode::busy, "too many keys today", Seconds(60)};
  say("full", 1, 100);
  run_until(loop, [] { return false; }, Milliseconds(100));
  EXPECT_EQ(inbox.waiting(), 100U) << "there is place for them";
  say("full", 101, Inbox::kMaxInHand + 100);
  say("lobby", 1, 3);
  ASSERT_TRUE(run_until(loop, [&] { return texts("lobby").size() == 3; }));
  RecordingConsumer dead;
  services->queue().consume(ClusterQueue::dead_letters("inbox"), dead);
  ASSERT_TRUE(run_until(loop, [&] { return !dead.got.empty(); }));
  EXPECT_EQ(dead.got[0].fields[1].second, "too many keys today");
  EXPECT_LT(inbox.waiting(), Inbox::kMaxInHand);
}

TEST_F(InboxTest, AppendsOnceWhatAnotherNodeHasAppendedBefore) {
  add({{"room", "lobby"}, {"text", "hi"}, {"idempotency_key", "order-7"}});
  ASSERT_TRUE(has("lobby", 1));
  add({{"room", "lobby"}, {"text", "hi"}, {"idempotency_key", "order-7"}});
  add({{"room", "lobby"}, {"text", "end"}});
  ASSERT_TRUE(has("lobby", 2));
  EXPECT_THAT(texts("lobby"), ElementsAre("hi", "end"));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(InboxTest, BuriesAWrongEntryAndGoesOn) {
  add({{"room", "Lobby!"}, {"text", "hi"}});
  say("lobby", 1, 1);
  ASSERT_TRUE(has("lobby", 1));
  RecordingConsumer dead;
  services->queue().consume(ClusterQueue::dead_letters("inbox"), dead);
  ASSERT_TRUE(run_until(loop, [&] { return dead.got.size() == 1; }));
  EXPECT_THAT(dead.got[0].fields[1].second, testing::HasSubstr("no name of a room"));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(InboxTest, WaitsWithNewRoomsWhileTheStoreIsNearlyFull) {
  say("old", 1, 1);
  ASSERT_TRUE(has("old", 1));
  services->is_nearly_full = true;
  say("new", 1, 1);
  say("old", 2, 2);
  ASSERT_TRUE(run_until(loop, [&] { return texts("old").size() == 2; }));
  EXPECT_THAT(texts("new"), IsEmpty());
  EXPECT_EQ(inbox.waiting(), 1U);
  services->is_nearly_full = false;
  EXPECT_TRUE(has("new", 1));
}

TEST_F(InboxTest, LeavesToTheNextNodeWhatIsNotConfirmed) {
  services->fail_appends = true;
  say("lobby", 1, 3);
  run_until(loop, [&] { return inbox.waiting() == 3; });
  inbox.stop();
  EXPECT_EQ(inbox.waiting(), 0U);
  services->fail_appends = false;
  Inbox next(loop, *services, open_policy(), clock, "chat-2");
  next.start();
  ASSERT_TRUE(run_until(loop, [&] { return texts("lobby").size() == 3; }));
  EXPECT_THAT(texts("lobby"), ElementsAre("1", "2", "3"));
  next.stop();
}

}  // namespace
}  // namespace chat
