#include "backplane/postgres_source.hpp"

namespace chat {
namespace {

/// The bounds of what a room keeps, and for how long.
class PostgresBoundsTest : public PostgresTest {
 protected:
  /// Thousands of senders at once, as if each had written.
  void others_write(const std::string& prefix) {
    execute("insert into sender select 'lobby', convert_to('" + prefix +
            "' || n, 'UTF8'), 1, 1, (select generation from room) from generate_series(1, 25000) as n;"
            "update room set senders = 25000");
  }
  std::string value(const std::string& sql) { return execute(sql).at(0); }
};

TEST_F(PostgresBoundsTest, RemembersASenderThroughTheNextGeneration) {
  ASSERT_TRUE(a.append("lobby", "{m}", "first", 1));
  others_write("x");
  EXPECT_FALSE(a.append("lobby", "{m}", "second", 1)->duplicate);  // begins the next generation
  EXPECT_EQ(value("select generation from room"), "1");
  EXPECT_TRUE(a.append("lobby", "{m}", "first", 1)->duplicate);
  EXPECT_FALSE(b.append("lobby", "{m}", "first", 2)->duplicate);
  EXPECT_EQ(value("select senders from room"), "2") << "it wrote in the second generation";
}

TEST_F(PostgresBoundsTest, RefusesNewSendersRatherThanForgetOneOfTheLastTenMinutes) {
  ASSERT_TRUE(a.append("lobby", "{m}", "victim", 1));
  others_write("x");
  ASSERT_TRUE(a.append("lobby", "{m}", "turns", 1));
  others_write("y");
  EXPECT_EQ(a.append("lobby", "{m}", "one-more", 1).error().code, ErrorCode::busy);
  EXPECT_TRUE(a.append("lobby", "{m}", "victim", 1)->duplicate);
  EXPECT_FALSE(a.append("lobby", "{m}", "victim", 2)->duplicate) << "a known sender goes on";
  EXPECT_TRUE(a.append("lobby", "{m}")) << "and so does one that does not count";
  execute("update room set turned = turned - interval '11 minutes'");
  EXPECT_FALSE(a.append("lobby", "{m}", "one-more", 1)->duplicate);
  EXPECT_EQ(value("select count(*) from sender where generation = 0"), "0") << "the oldest generation is forgotten";
}

TEST_F(PostgresBoundsTest, TakesSoManyKeysOfABudgetADay) {
  Append message{"lobby", {}, 0, "{m}"};
  const auto append = [&](std::string key, KeyBudget budget) {
    message.idempotency_key = std::move(key);
    message.key_budget = budget;
    return a.append(message);
  };
  for (const KeyBudget budget : {KeyBudget::application, KeyBudget::people, KeyBudget::actions}) {
    ASSERT_TRUE(append("first", budget));
  }
  execute("update key_day set taken = 100000");
  EXPECT_EQ(append("second", KeyBudget::application).error().code, ErrorCode::busy);
  EXPECT_TRUE(append("first", KeyBudget::application)->duplicate);
  EXPECT_FALSE(append("second", KeyBudget::actions)->duplicate);
  EXPECT_FALSE(append("second", KeyBudget::actions)->duplicate) << "it was stored without its key";
  EXPECT_FALSE(append("second", KeyBudget::people)->duplicate) << "it begins the next generation";
  EXPECT_TRUE(append("first", KeyBudget::people)->duplicate) << "of the generation before";
  execute("update key_day set taken = 100000");
  EXPECT_EQ(append("third", KeyBudget::people).error().code, ErrorCode::busy) << "not twice in ten minutes";
}

TEST_F(PostgresBoundsTest, ForgetsAKeyAtTheEndOfTheNextDay) {
  ASSERT_TRUE(a.append_keyed("lobby", "{m}", "k"));
  execute("update key_day set day = day - 1");
  EXPECT_TRUE(a.append_keyed("lobby", "{m}", "k")->duplicate);
  execute("update key_day set day = day - 1");
  EXPECT_FALSE(a.append_keyed("lobby", "{m}", "k")->duplicate);
}

TEST_F(PostgresBoundsTest, DropsMessagesThatAreTooOld) {
  Append message{"lobby", {}, 0, "{m}", 0, Seconds(60)};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(a.append(message));
  execute("update log set written = written - interval '2 minutes' where place < 3");
  ASSERT_TRUE(a.append(message));
  EXPECT_EQ(a.texts("lobby", kAll), (std::vector<std::string>{"3{m}", "4{m}"}));
}

TEST_F(PostgresBoundsTest, KeepsTheOffsetsOfARoomForLongerThanItsLog) {
  const std::string idle = "3600000";
  ASSERT_TRUE(a.append("lobby", "{m}", "sender", 1));
  ASSERT_TRUE(a.append("fresh", "{m}"));
  execute("update room set written = written - interval '90 minutes' where name = 'lobby'; select sweep(" + idle + ")");
  EXPECT_EQ(a.texts("lobby", kAll), std::vector<std::string>{});
  EXPECT_EQ(a.texts("fresh", kAll).size(), 1U);
  EXPECT_TRUE(a.append("lobby", "{m}", "sender", 1)->duplicate);
  EXPECT_EQ(a.append("lobby", "{m}")->position.offset, 2U);
  execute("update room set written = written - interval '3 hours' where name = 'lobby'; select sweep(" + idle + ")");
  EXPECT_EQ(a.state("lobby")->top, Position{});
  EXPECT_EQ(value("select count(*) from sender"), "0");
}

TEST_F(PostgresBoundsTest, RemovesALongLogInSteps) {
  ASSERT_TRUE(a.append("lobby", "{m}"));
  execute(
      "insert into log select 'lobby', n, clock_timestamp(), 'x' from generate_series(2, 12000) as n;"
      "update room set top = 12000, written = written - interval '90 minutes'");
  const auto sweep = [&] { return value("select sweep(3600000)"); };
  EXPECT_EQ(sweep(), "t") << "more is left";
  EXPECT_EQ(value("select count(*) from log"), "7000");
  EXPECT_EQ(value("select first from room"), "5001");
  EXPECT_EQ(sweep(), "t");
  EXPECT_EQ(sweep(), "f");
  EXPECT_EQ(value("select count(*) from log"), "0");
  EXPECT_EQ(a.append("lobby", "{m}")->position.offset, 12'001U);
}

}  // namespace
}  // namespace chat
