// Queues in Redis: entries of other programs, consumers that are paused, a store that is lost.
#include "backplane/queue_contract.hpp"
#include "backplane/redis_source.hpp"

namespace chat {
namespace {

class RedisQueueTest : public RedisTest {
 protected:
  std::string add(std::vector<std::string> fields) {
    std::vector<std::string> command{"XADD", "chat:work", "*"};
    command.insert(command.end(), fields.begin(), fields.end());
    return redis().command(command)[0];
  }
  template <class Condition>
  bool until(Condition condition) {
    return run_until(loop, condition);
  }
  RecordingConsumer one, other;
};

TEST_F(RedisQueueTest, TakesTheEntriesOfAnyProgramAlsoThoseOfBeforeTheFirstNode) {
  add({"n", "1"});
  a.queue().consume("work", one);
  ASSERT_TRUE(until([&] { return one.got.size() == 1; }));
  add({"n", "2"});
  ASSERT_TRUE(until([&] { return one.got.size() == 2; }));
  EXPECT_THAT(one.values(), ElementsAre("1", "2"));
}

TEST_F(RedisQueueTest, KeepsNothingOfAnAcknowledgedEntry) {
  add({"n", "1"});
  a.queue().consume("work", one);
  ASSERT_TRUE(until([&] { return one.got.size() == 1; }));
  EXPECT_EQ(redis().command({"XLEN", "chat:work"})[0], "1");
  a.queue().acknowledge("work", one.ids());
  EXPECT_TRUE(until([&] { return redis().command({"XLEN", "chat:work"})[0] == "0"; }));
  EXPECT_EQ(redis().command({"XPENDING", "chat:work", "nodes"})[0], "0");
}

TEST_F(RedisQueueTest, TellsOfAnEntryBeyondTheBoundsWithoutReadingIt) {
  std::vector<std::string> many;
  for (std::size_t i = 0; i <= ClusterQueue::kMaxFields; ++i) many.insert(many.end(), {"n", "x"});
  const auto first = add(many);
  const auto second = add({"n", std::string(8 * 1024 * 1024, 'x')});
  add({"n", "3"});
  a.queue().consume("work", one);
  ASSERT_TRUE(until([&] { return one.got.size() == 3; }));
  EXPECT_EQ(one.ids()[0], first);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(one.got[i].fault, testing::HasSubstr("32 fields and 65536 bytes"));
    EXPECT_TRUE(one.got[i].fields.empty());
  }
  EXPECT_EQ(one.got[2].fault, "");
  a.queue().bury("work", second, one.got[1].fault);
  EXPECT_TRUE(until([&] { return redis().command({"XLEN", "chat:work:dead"})[0] == "1"; }));
  b.queue().consume("work:dead", other);
  ASSERT_TRUE(until([&] { return other.got.size() == 1; }));
  EXPECT_EQ(other.got[0].fields[2], (std::pair<std::string, std::string>{"bytes", "8388609"}));
}

TEST_F(RedisQueueTest, GoesOnBehindEntriesThatAnotherProgramHasDeleted) {
  for (const char* n : {"1", "2", "3"}) add({"n", n});
  a.queue().consume("work", one);
  ASSERT_TRUE(until([&] { return one.got.size() == 3; }));
  redis().command({"XDEL", "chat:work", one.got[1].id});
  b.queue().consume("work", other);
  a.queue().stop("work");
  ASSERT_TRUE(until([&] { return other.got.size() == 2; }));
  EXPECT_THAT(other.values(), ElementsAre("1", "3"));
  EXPECT_EQ(redis().command({"XPENDING", "chat:work", "nodes"})[0], "2");
}

TEST_F(RedisQueueTest, GivesAPausedConsumerNothingMoreOnceAnotherHasTakenOver) {
  boost::asio::io_context own;
  Peer paused(own, source.connect(own));
  RecordingConsumer first;
  add({"n", "1"});
  paused.queue().consume("work", first);
  ASSERT_TRUE(run_until(own, [&] { return first.got.size() == 1; }));
  b.queue().consume("work", other);  // `own` does not run
  ASSERT_TRUE(until([&] { return other.got.size() == 1; }));
  add({"n", "2"});
  ASSERT_TRUE(until([&] { return other.got.size() == 2; }));
  EXPECT_THAT(first.values(), ElementsAre("1"));
  ASSERT_TRUE(run_until(own, [&] { return first.lost == 1; }));
  add({"n", "3"});
  ASSERT_TRUE(until([&] { return other.got.size() == 3; }));
  run_until(own, [] { return false; }, Milliseconds(1500));
  EXPECT_THAT(first.got, IsEmpty());
  EXPECT_THAT(other.values(), ElementsAre("1", "2", "3"));
}

TEST_F(RedisQueueTest, GivesAConsumerAllAgainWhoseLeaseHasEndedUnnoticed) {
  RecordingConsumer slow(true);
  add({"n", "1"});
  a.queue().consume("work", slow);
  ASSERT_TRUE(until([&] { return slow.got.size() == 1; }));
  redis().command({"DEL", "chat:work:consumer"});  // another node may have read entries meanwhile and be gone again
  ASSERT_TRUE(until([&] { return slow.lost == 1 && slow.got.size() == 1; }));
  EXPECT_THAT(slow.values(), ElementsAre("1"));
}

TEST_F(RedisQueueTest, GivesEntriesAgainWhoseAcknowledgementTheStoreHasLost) {
  for (const char* n : {"1", "2", "3"}) add({"n", n});
  a.queue().consume("work", one);
  ASSERT_TRUE(until([&] { return one.got.size() == 3; }));
  redis().command({"SET", "mark", "behind the entries"});
  a.queue().acknowledge("work", one.ids());
  ASSERT_TRUE(until([&] { return redis().command({"XLEN", "chat:work"})[0] == "0"; }));
  ASSERT_TRUE(interrupt([&] {
    redis().kill();
    redis().cut_log(10);  // the script of the acknowledgement is one transaction
    redis().start();
  }));
  ASSERT_TRUE(until([&] { return one.lost >= 1 && one.got.size() == 3; }));
  EXPECT_THAT(one.values(), ElementsAre("1", "2", "3"));
}

TEST_F(RedisQueueTest, GoesOnAfterFlushAll) {
  add({"n", "1"});
  a.queue().consume("work", one);
  ASSERT_TRUE(until([&] { return one.got.size() == 1; }));
  redis().command({"FLUSHALL"});
  add({"n", "2"});
  EXPECT_TRUE(until([&] { return one.values() == std::vector<std::string>{"2"}; }));
}

TEST_F(RedisQueueTest, GoesOnAfterScriptFlush) {
  a.queue().consume("work", one);
  add({"n", "1"});
  ASSERT_TRUE(until([&] { return one.got.size() == 1; }));
  redis().command({"SCRIPT", "FLUSH"});
  a.queue().acknowledge("work", one.ids());
  add({"n", "2"});
  EXPECT_TRUE(until([&] { return one.got.size() == 2 && redis().command({"XLEN", "chat:work"})[0] == "1"; }));
}

TEST_F(RedisQueueTest, WaitsWhileTheKeyIsNoStream) {
  redis().command({"SET", "chat:work", "a text"});
  a.queue().consume("work", one);
  ASSERT_TRUE(until([&] { return redis().command({"EXISTS", "chat:work:consumer"})[0] == "1"; }));
  ASSERT_TRUE(a.append("lobby", "{m}")) << "the rest of the node works";
  redis().command({"DEL", "chat:work"});
  add({"n", "1"});
  EXPECT_TRUE(until([&] { return one.got.size() == 1; }));
}

}  // namespace
}  // namespace chat
