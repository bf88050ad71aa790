#include "backplane/postgres_source.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// An application that publishes in its own transactions, as a user with no other right.
class PostgresPublishTest : public PostgresTest {
 protected:
  void SetUp() override {
    execute(
        "do $$ begin create role app; exception when duplicate_object then null; end $$;"
        "grant usage on schema " +
        source.schema + " to app; set role app");
  }
  std::vector<std::string> as_app(const std::string& sql) { return execute("set role app; " + sql); }
  static std::string text_in(std::string_view body) {
    const auto begin = body.find(R"("text":")") + 8;
    return std::string(body.substr(begin, body.find('"', begin) - begin));
  }
  static std::vector<std::string> texts(const RecordingSink& sink) {
    std::vector<std::string> found;
    for (const auto& message : sink.published) found.push_back(text_in(message.body));
    return found;
  }
};

TEST_F(PostgresPublishTest, DeliversWhatCommitsInItsOrderAndNothingElse) {
  ASSERT_TRUE(a.subscribe("orders"));
  ASSERT_TRUE(b.subscribe("orders"));
  std::vector<std::string> committed;
  for (int i = 0; i < 60; ++i) {
    const std::string text = "order " + std::to_string(i);
    const bool commits = i % 3 != 1;
    as_app("begin; select chat_publish('orders', '{\"text\":\"" + text + "\"}'); " + (commits ? "commit" : "rollback"));
    if (commits) committed.push_back(text);
  }
  ASSERT_TRUE(run_until(loop, [&] {
    return a.sink.published.size() >= committed.size() && b.sink.published.size() >= committed.size();
  }));
  EXPECT_EQ(texts(a.sink), committed);
  EXPECT_EQ(texts(b.sink), committed);
  EXPECT_EQ(a.sink.published.back().position.offset, committed.size());
}

TEST_F(PostgresPublishTest, KeepsNoRoomWaitingUntilItCommits) {
  auto session = server().connect();
  session.execute("set search_path = " + source.schema + "; set role app; begin");
  session.execute("select chat_publish('orders', '{\"text\":\"1\"}')");
  EXPECT_EQ(a.append("orders", "{m}")->position.offset, 1U);
  EXPECT_EQ(a.state("orders")->top.offset, 1U);
  session.execute("commit");
  EXPECT_EQ(a.state("orders")->top.offset, 2U);
}

TEST_F(PostgresPublishTest, FailsToCommitWhatItCannotStoreInTime) {
  ASSERT_TRUE(a.append("orders", "{m}"));
  auto holder = server().connect();
  holder.execute("set search_path = " + source.schema + "; begin; select from room where name = 'orders' for update");
  EXPECT_THROW(as_app("set lock_timeout = '100ms'; begin; select chat_publish('orders', '{\"text\":\"1\"}'); commit"),
               std::runtime_error);
  holder.execute("rollback");
  EXPECT_EQ(a.state("orders")->top.offset, 1U);
}

TEST_F(PostgresPublishTest, PutsTheMessagesOfATransactionIntoTheirRoomsInOrder) {
  as_app(
      "begin; select chat_publish('b', '{\"text\":\"1\"}'); select chat_publish('a', '[1,2]', 'shop');"
      "select chat_publish('b', '{\"text\":\"2\",\"more\":null}'); commit");
  const auto in_b = a.history("b", kAll);
  ASSERT_TRUE(in_b);
  ASSERT_EQ(in_b->size(), 2U);
  EXPECT_THAT((*in_b)[0].body.view(), HasSubstr(R"({"from":{"id":"app.app","name":"app"},"text":"1","time":)"));
  EXPECT_THAT((*in_b)[1].body.view(), HasSubstr(R"("data":{"more": null, "text": "2"})"));
  EXPECT_THAT((*a.history("a", kAll))[0].body.view(),
              HasSubstr(R"({"from":{"id":"app.shop","name":"shop"},"data":[1, 2],"time":)"));
}

TEST_F(PostgresPublishTest, StoresAKeyOnceAlsoIfANodeHasStoredIt) {
  ASSERT_TRUE(a.append_keyed("orders", "{m}", "order-7"));
  for (int i = 0; i < 2; ++i) as_app("select chat_publish('orders', '1', idempotency_key => 'order-7')");
  for (int i = 0; i < 2; ++i) as_app("select chat_publish('orders', '1', idempotency_key => 'order-8')");
  EXPECT_EQ(a.state("orders")->top.offset, 2U);
}

TEST_F(PostgresPublishTest, TakesThousandsOfMessagesInOneTransaction) {
  const auto begun = std::chrono::steady_clock::now();
  as_app("select chat_publish('orders', to_jsonb(n)) from generate_series(1, 5000) as n");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20)) << "each message costs the same";
  EXPECT_EQ(a.state("orders")->top.offset, 5000U);
}

TEST_F(PostgresPublishTest, TakesDataAsDeepAndLargeAsClientsReadIt) {
  as_app("select chat_publish('orders', '[[[[[[[1]]]]]]]')");
  as_app("select chat_publish('orders', (select jsonb_agg(1) from generate_series(1, 512)))");
  as_app("select chat_publish('orders', '[{\"a\": {\"proto\": 1}}]')");
  EXPECT_EQ(a.state("orders")->top.offset, 3U);
}

TEST_F(PostgresPublishTest, RefusesWhatNoClientCouldRead) {
  for (const char* arguments :
       {"'Not a room', '1'", "null, '1'", "'orders', 'null'", "'orders', null", "'orders', '1', 'not a sender'",
        "'orders', to_jsonb(repeat('x', 20000))", "'orders', jsonb_build_object('text', repeat('x', 4097))",
        "'orders', '{\"text\":\"\"}'", "'orders', '[[[[[[[[1]]]]]]]]'",
        "'orders', (select jsonb_agg(1) from generate_series(1, 513))", "'orders', '[{\"a\": {\"__proto__\": 1}}]'",
        "'orders', '[1e400]'", "'orders', '1', idempotency_key => repeat('x', 200)"}) {
    EXPECT_THROW(as_app("select chat_publish(" + std::string(arguments) + ")"), std::runtime_error) << arguments;
  }
  EXPECT_THROW(as_app("select * from log"), std::runtime_error) << "it has no other right";
}

}  // namespace
}  // namespace chat
