#include <gmock/gmock.h>

#include "backplane/postgres/bell.hpp"
#include "backplane/postgres/greeting.hpp"
#include "chat/backplane/postgres.hpp"

namespace chat {
namespace {

TEST(PostgresUrl, HasAllItsParts) {
  const auto url = parse_postgres_url("postgres://ana%40b:p%3Aw@[::1]:6000/my%20db?schema=blue_2&sslmode=require");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->user, "ana@b");
  EXPECT_EQ(url->password, "p:w");
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, "6000");
  EXPECT_EQ(url->database, "my db");
  EXPECT_EQ(url->schema, "blue_2");
  EXPECT_EQ(url->ssl_mode, "require");
}

TEST(PostgresUrl, NeedsUserHostAndDatabaseOnly) {
  const auto url = parse_postgres_url("postgresql://ana@db/chat", "beside");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->password, "beside");
  EXPECT_EQ(url->port, "5432");
  EXPECT_EQ(url->schema, "chat");
}

TEST(PostgresUrl, SaysWhatIsWrongWithoutRepeatingIt) {
  for (const char* text : {"mysql://ana:SECRET@db/chat", "postgres:/ana:SECRET@db/chat", "postgres://db/SECRET",
                           "postgres://ana:SECRET@db", "postgres://ana:SECRET@db/", "postgres://ana:SECRET@:5432/chat",
                           "postgres://ana:SECRET@db:x/chat", "postgres://ana:SECRET%zz@db/chat",
                           "postgres://ana:SECRET@db/a/b", "postgres://ana:SECRET@db/chat?schema=Blue",
                           "postgres://ana:SECRET@db/chat?schema=pg_x", "postgres://ana:SECRET@db/chat?schema=",
                           "postgres://ana:SECRET@db/chat?sslmode=SECRET", "postgres://ana:SECRET@db/chat?SECRET=1"}) {
    const auto url = parse_postgres_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, ErrorCode::bad_request);
    EXPECT_THAT(url.error().message, testing::Not(testing::HasSubstr("SECRET"))) << text;
  }
  EXPECT_FALSE(parse_postgres_url("postgres://ana:one@db/chat", "another"));
}

TEST(PostgresBell, UndoesTheEscapesOfPostgresql) {
  EXPECT_EQ(postgres::unescaped("plain"), "plain");
  EXPECT_EQ(postgres::unescaped(R"(a\\b\000\303\251\)"), std::string("a\\b\0\303\251", 6));
}

TEST(PostgresGreeting, RefusesALevelThatTheServerCannotKeep) {
  const AckLevel stored, durable{AckLevel::Kind::durable}, two{AckLevel::Kind::replicated, 2};
  EXPECT_FALSE(postgres::judge_level(stored, "off", ""));
  EXPECT_TRUE(postgres::judge_level(durable, "off", ""));
  EXPECT_FALSE(postgres::judge_level(durable, "on", ""));
  for (const char* names : {"", "a", "a, b", "ANY 1 (a, b2)", "FIRST 1 (a, b)"}) {
    EXPECT_TRUE(postgres::judge_level(two, "on", names)) << names;
  }
  for (const char* names : {"ANY 2 (a, b, c)", "2 (*)", "FIRST 3 (a, b, c)"}) {
    EXPECT_FALSE(postgres::judge_level(two, "on", names)) << names;
  }
}

}  // namespace
}  // namespace chat
