#include "backplane/backplane_contract.hpp"
#include "backplane/delivery_contract.hpp"
#include "backplane/events_contract.hpp"
#include "backplane/lists_contract.hpp"
#include "backplane/messenger_contract.hpp"
#include "backplane/presence_contract.hpp"
#include "backplane/queue_contract.hpp"
#include "backplane/redis_source.hpp"
#include "backplane/rooms_contract.hpp"
#include "chat/base/metrics.hpp"

namespace chat {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Redis, BackplaneContract, RedisSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, DeliveryContract, RedisSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, PresenceContract, RedisSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, MessengerContract, RedisSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, ListsContract, RedisSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, RoomsContract, RedisSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, QueueContract, RedisSource);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, EventsContract, RedisSource);

using testing::ElementsAre;

constexpr HistoryQuery kAll{0, std::numeric_limits<Offset>::max(), 1000, false};

/// Thousands of senders at once, as if each had written.
class RedisSendersTest : public RedisTest {
 protected:
  static constexpr int kMax = 25'000;  // of a generation

  void others_write() {
    redis().command({"EVAL", "for i = 1, ARGV[1] do redis.call('HSET', KEYS[1], 'other-' .. i, '1:0') end", "1",
                     "chat:{lobby}:state", std::to_string(kMax)});
  }
  std::string field(const std::string& name) { return redis().command({"HGET", "chat:{lobby}:state", name})[0]; }
  std::string senders(const std::string& part) { return redis().command({"HLEN", "chat:{lobby}:" + part})[0]; }
};

TEST_F(RedisSendersTest, RemembersASenderThroughTheNextGeneration) {
  ASSERT_TRUE(a.append("lobby", "{m}", "first", 1));
  others_write();
  EXPECT_FALSE(a.append("lobby", "{m}", "second", 1)->duplicate);  // begins the other generation
  EXPECT_NE(field(".turned"), "");
  EXPECT_TRUE(a.append("lobby", "{m}", "first", 1)->duplicate);
  EXPECT_FALSE(a.append("lobby", "{m}", "first", 2)->duplicate);
  EXPECT_TRUE(a.append("lobby", "{m}", "first", 2)->duplicate) << "it wrote in the second generation";
}

TEST_F(RedisSendersTest, RefusesNewSendersRatherThanForgetOneOfTheLastTenMinutes) {
  ASSERT_TRUE(a.append("lobby", "{m}", "victim", 1));
  others_write();
  ASSERT_TRUE(a.append("lobby", "{m}", "turns", 1));
  others_write();
  const auto refused = a.append("lobby", "{m}", "one-more", 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_TRUE(a.append("lobby", "{m}", "victim", 1)->duplicate);
  EXPECT_FALSE(a.append("lobby", "{m}", "victim", 2)->duplicate) << "who is known goes on";
  EXPECT_TRUE(a.append("lobby", "{m}")) << "and so does who does not count";
}

TEST_F(RedisSendersTest, ForgetsAGenerationAfterTenMinutes) {
  ASSERT_TRUE(a.append("lobby", "{m}", "first", 1));
  others_write();
  ASSERT_TRUE(a.append("lobby", "{m}", "turns", 1));
  others_write();
  redis().command({"HSET", "chat:{lobby}:state", ".turned", std::to_string(std::stol(field(".turned")) - 601)});
  const Position before = a.append("lobby", "{m}")->position;
  const auto second = a.append("lobby", "{m}", "second", 1);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->position, (Position{before.epoch, before.offset + 1})) << "the room goes on as it was";
  EXPECT_EQ(senders("state"), "7") << "the state and one sender";
}

TEST_F(RedisTest, KeepsNothingOfARoomNobodySpokeIn) {
  ASSERT_TRUE(b.subscribe("lobby"));
  ASSERT_TRUE(a.renew("chat-1.aa"));
  ASSERT_TRUE(a.change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {}}));
  ASSERT_TRUE(a.change("lobby", {"chat-1.aa", {}, {"u1"}}));
  EXPECT_THAT(redis().command({"KEYS", "chat:{lobby}:*"}), testing::IsEmpty());
}

TEST_F(RedisTest, LetsEveryKeyOfARoomExpire) {
  ASSERT_TRUE(b.subscribe("lobby"));  // as always: a join comes before the first message
  ASSERT_TRUE(a.append("lobby", "{m}"));
  ASSERT_TRUE(a.append("lobby", "{m}", "sender", 1));
  for (const char* part : {"state", "log"}) {
    const auto left = std::stol(redis().command({"PTTL", "chat:{lobby}:" + std::string(part)})[0]);
    EXPECT_GT(left, 0) << part << " never expires";
  }
}

TEST_F(RedisTest, KeepsARoomForLongerWhenAQuarterOfItsTimeIsOver) {
  const auto left = [&](const std::string& part) {
    return std::stol(redis().command({"PTTL", "chat:{lobby}:" + part})[0]);
  };
  const auto age = [&](long milliseconds) {
    const auto kept = std::stol(redis().command({"HGET", "chat:{lobby}:state", ".kept"})[0]);
    redis().command({"HSET", "chat:{lobby}:state", ".kept", std::to_string(kept - milliseconds)});
    for (const char* part : {"state", "log"}) redis().command({"PEXPIRE", "chat:{lobby}:" + std::string(part), "9000"});
  };
  ASSERT_TRUE(a.append("lobby", "{m}", "sender", 1));
  const auto idle = left("log");
  age(idle / 5);
  ASSERT_TRUE(a.append("lobby", "{m}", "sender", 2));
  EXPECT_LE(left("log"), 9000);
  age(idle / 10);
  ASSERT_TRUE(a.append("lobby", "{m}", "sender", 3));
  EXPECT_GT(left("log"), idle - 60'000);
  EXPECT_GT(left("state"), 2 * idle - 60'000);
}

TEST_F(RedisTest, KeepsTheStateOfARoomThatARefusedMessageOpenedOnlyForItsTime) {
  EXPECT_FALSE(a.append("lobby", "{m}", "sender", 7));
  EXPECT_GT(std::stol(redis().command({"PTTL", "chat:{lobby}:state"})[0]), 0);
}

TEST_F(RedisTest, StoresABatchOfMoreSendersThanACommandTakes) {
  constexpr std::size_t kSenders = 1500;
  for (std::uint64_t round = 1; round <= 2; ++round) {
    std::vector<Outcome<Appended>> outcomes(kSenders);
    for (std::size_t i = 0; i < kSenders; ++i) {
      a.backplane().append({"lobby", "sender-" + std::to_string(i), round, "{m}"}, outcomes[i].completion());
    }
    ASSERT_TRUE(run_until(loop, [&] {
      return std::all_of(outcomes.begin(), outcomes.end(), [](const auto& one) { return one.is_there(); });
    }));
    for (const auto& one : outcomes) EXPECT_TRUE(*one);
  }
  EXPECT_EQ(a.append("lobby", "{m}")->position.offset, 2 * kSenders + 1U);
}

TEST_F(RedisTest, DeletesMessagesThatAreTooOldForTheirRoomAndKeepsItsTop) {
  Append append{"lobby", {}, 0, "{m}"};
  append.history_age = Seconds(3600);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(a.append(append));
  EXPECT_THAT(a.texts("lobby", kAll), ElementsAre("1{m}", "2{m}", "3{m}"));
  redis().command({"ZADD", "chat:{lobby}:ages", "1", "2"});  // the second was stored in 1970
  ASSERT_TRUE(a.append(append));
  EXPECT_THAT(a.texts("lobby", kAll), ElementsAre("3{m}", "4{m}"));
  for (const char* part : {"log", "ages"}) {
    const auto left = std::stol(redis().command({"PTTL", "chat:{lobby}:" + std::string(part)})[0]);
    EXPECT_GT(left, 3'500'000) << part;
    EXPECT_LE(left, 3'600'000) << part << " ends when its newest message is too old";
  }
  redis().command({"DEL", "chat:{lobby}:log", "chat:{lobby}:ages"});
  EXPECT_EQ(a.append(append)->position.offset, 5U);
}

TEST_F(RedisTest, KeepsNothingOfAPaceThatIsAtRest) {
  Append append{"lobby", {}, 0, "{m}"};
  append.terms = std::make_shared<AppendTerms>(AppendTerms{"ana", {Seconds(60), 1}, true});
  ASSERT_TRUE(a.append(append));
  const auto left = std::stol(redis().command({"PTTL", "chat:{lobby}:pace:ana"})[0]);
  EXPECT_GT(left, 50'000);
  EXPECT_LE(left, 60'000);
}

TEST_F(RedisTest, MeasuresTheTimeOfAppends) {
  const auto measured = [] {
    std::uint64_t count = 0, sum = 0;
    for (const auto& sample : metrics::collect()) {
      if (std::string_view(sample.name) != "chat_append_seconds") continue;
      for (const auto bucket : sample.counts) count += bucket;
      sum = sample.sum;
    }
    return std::pair(count, sum);
  };
  const auto before = measured();
  ASSERT_TRUE(a.append("lobby", "{m}"));
  const auto after = measured();
  EXPECT_EQ(after.first, before.first + 1);
  EXPECT_GT(after.second, before.second);
}

TEST_F(RedisTest, SurvivesScriptFlushWhileAppending) {
  ASSERT_TRUE(a.append("lobby", "{1}", "sender", 1));
  redis().command({"SCRIPT", "FLUSH"});
  const auto next = a.append("lobby", "{2}", "sender", 2);
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->position.offset, 2U);
  EXPECT_EQ(a.append("lobby", "{3}", "sender", 3)->position.offset, 3U);
}

TEST_F(RedisTest, KeepsTheOrderOfAppendsThatAreUnderWayWhenScriptsAreFlushed) {
  ASSERT_TRUE(a.append("lobby", "{1}", "sender", 1));
  redis().command({"SCRIPT", "FLUSH"});
  redis().pause();
  std::vector<Outcome<Appended>> outcomes(3);
  for (std::uint64_t i = 0; i < 3; ++i) {  // each in a turn, so in a batch, of its own
    a.backplane().append({"lobby", "sender", i + 2, "{" + std::to_string(i + 2) + "}"}, outcomes[i].completion());
    settle(loop);
  }
  redis().resume();
  ASSERT_TRUE(
      run_until(loop, [&] { return outcomes[0].is_there() && outcomes[1].is_there() && outcomes[2].is_there(); }));
  for (Offset i = 0; i < 3; ++i) {
    ASSERT_TRUE(*outcomes[i]) << to_text(outcomes[i]->error().code);
    EXPECT_EQ((*outcomes[i])->position.offset, i + 2);
  }
}

TEST_F(RedisTest, AnswersAJoinAfterScriptFlush) {
  redis().command({"SCRIPT", "FLUSH"});
  const auto asked = [&] { return a.subscribe("lobby").has_value(); };
  EXPECT_TRUE(run_until(loop, asked, Seconds(3)));
}

TEST_F(RedisTest, KeepsPresenceAfterScriptFlush) {
  ASSERT_TRUE(a.renew("chat-1.aa"));
  ASSERT_TRUE(a.change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {}}));
  redis().command({"SCRIPT", "FLUSH"});
  const auto rows = b.load("lobby");
  EXPECT_TRUE(!rows || rows->size() == 1) << "it said that nobody is there";
  const auto renewed = [&] { return a.renew("chat-1.aa").has_value(); };
  EXPECT_TRUE(run_until(loop, renewed, Seconds(3))) << "the lease cannot be renewed any more";
}

TEST_F(RedisTest, StoresPresenceAfterScriptFlush) {
  ASSERT_TRUE(a.renew("chat-1.aa"));
  redis().command({"SCRIPT", "FLUSH"});
  const auto stored = [&] { return a.change("lobby", {"chat-1.aa", {{"u1", "Ana"}}, {}}).has_value(); };
  EXPECT_TRUE(run_until(loop, stored, Seconds(3)));
  EXPECT_EQ(b.load("lobby")->size(), 1U);
}

TEST_F(RedisTest, OpensANewEpochAfterFlushAll) {
  const auto before = a.append("lobby", "{m}");
  redis().command({"FLUSHALL"});
  const auto after = a.append("lobby", "{m}");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->position.offset, 1U);
  EXPECT_NE(after->position.epoch, before->position.epoch);
  EXPECT_EQ(compare(before->position, *a.state("lobby")).kind, ResumeCheck::Kind::unknown);
}

TEST_F(RedisTest, TakesUpALogWhoseHashIsGoneAboveItsTop) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(a.append("lobby", "{m}"));
  redis().command({"DEL", "chat:{lobby}:state"});
  EXPECT_EQ(a.append("lobby", "{m}")->position.offset, 4U);
}

TEST_F(RedisTest, DropsANodeFromTheListWhoseEntryHasExpired) {
  ASSERT_TRUE(a.announce({"chat-1", "One", "", 0, 0, 0, 0, 0}));
  ASSERT_GT(std::stol(redis().command({"TTL", "chat:node:chat-1"})[0]), 0);
  redis().command({"DEL", "chat:node:chat-1"});  // as if 45 s had passed
  EXPECT_TRUE(a.list()->empty());
  ASSERT_TRUE(a.list());
  EXPECT_EQ(redis().command({"SCARD", "chat:nodes"}), std::vector<std::string>{"0"});
}

TEST_F(RedisTest, DeliversOnlyWholeMessagesWhateverOthersPublish) {
  ASSERT_TRUE(b.subscribe("lobby"));
  for (const char* junk : {"", "m", "m ", "m epoch", "m epoch x\n{}", "m epoch 0\n{}", "mm 1\n{}", "nonsense"}) {
    redis().command({"SPUBLISH", "chat:{lobby}:live", junk});
  }
  ASSERT_TRUE(a.append("lobby", "{good}"));
  ASSERT_TRUE(b.received(1));
  EXPECT_THAT(b.sink.bodies_of("lobby"), ElementsAre("{good}"));
}

}  // namespace
}  // namespace chat
