#include <gtest/gtest.h>

#include "chat/backplane/redis.hpp"

namespace chat {
namespace {

TEST(RedisUrl, IsReadPartByPart) {
  struct Case {
    const char* text;
    const char* host;
    const char* port;
    const char* user;
    const char* password;
    const char* database;
  };
  const Case cases[] = {
      {"redis://redis", "redis", "6379", "", "", ""},
      {"redis://redis:6380", "redis", "6380", "", "", ""},
      {"redis://10.0.0.7:6379/3", "10.0.0.7", "6379", "", "", "3"},
      {"redis://redis/2", "redis", "6379", "", "", "2"},
      {"redis://redis:6379/", "redis", "6379", "", "", ""},
      {"redis://chat:secret@redis:6379", "redis", "6379", "chat", "secret", ""},
      {"redis://:secret@redis", "redis", "6379", "", "secret", ""},
      {"redis://chat:p:a@s@redis", "redis", "6379", "chat", "p:a@s", ""},
      {"redis://ch%61t:%40%2f%3A%25%00x@redis", "redis", "6379", "chat", nullptr, ""},
      {"rediss://redis:6380/1", "redis", "6380", "", "", "1"},
      {"redis://[::1]", "::1", "6379", "", "", ""},
      {"redis://chat:s@[fe80::1]:1/4", "fe80::1", "1", "chat", "s", "4"},
      {"redis://[::1]:6380", "::1", "6380", "", "", ""},
  };
  for (const auto& [text, host, port, user, password, database] : cases) {
    const auto url = parse_redis_url(text);
    ASSERT_TRUE(url) << text << ": " << url.error().message;
    ASSERT_EQ(url->places.size(), 1U) << text;
    EXPECT_EQ(url->places[0].host, host) << text;
    EXPECT_EQ(url->places[0].port, port) << text;
    EXPECT_EQ(url->user, user) << text;
    EXPECT_EQ(url->password, password == nullptr ? std::string("@/:%\0x", 6) : password) << text;
    EXPECT_EQ(url->tls, std::string_view(text).starts_with("rediss")) << text;
    EXPECT_EQ(url->database, database) << text;
    EXPECT_EQ(url->master, "") << text;
  }
}

TEST(RedisUrl, MayNameSentinelsAndTheirMaster) {
  const auto url = parse_redis_url("redis-sentinel://chat:secret@one,two:5000/chat-master/4");
  ASSERT_TRUE(url);
  ASSERT_EQ(url->places.size(), 2U);
  EXPECT_EQ(url->places[0].host + ':' + url->places[0].port, "one:26379");
  EXPECT_EQ(url->places[1].host + ':' + url->places[1].port, "two:5000");
  EXPECT_EQ(url->master, "chat-master");
  EXPECT_EQ(url->database, "4");
  EXPECT_FALSE(parse_redis_url("redis-sentinel://one,two"));
}

TEST(RedisUrl, MayCarryAPrefixForKeysAndChannels) {
  EXPECT_EQ(parse_redis_url("redis://redis")->prefix, "chat");
  EXPECT_EQ(parse_redis_url("redis://redis?prefix=blue")->prefix, "blue");
  EXPECT_EQ(parse_redis_url("redis://chat:s?cret@redis/2?prefix=blue-2_x")->prefix, "blue-2_x");
  EXPECT_EQ(parse_redis_url("redis-sentinel://one,two/master/4?prefix=blue")->prefix, "blue");
  for (const char* query : {"?", "?prefix", "?prefix=", "?prefix=a:b", "?prefix=a{b}", "?prefix=a*", "?other=1",
                            "?prefix=123456789012345678901234567890123"}) {
    EXPECT_FALSE(parse_redis_url(std::string("redis://redis/1") + query)) << query;
  }
}

TEST(RedisUrl, WritesTheNumberOfADatabaseInOneWay) {
  EXPECT_EQ(parse_redis_url("redis://redis/0")->database, "");
  EXPECT_EQ(parse_redis_url("redis://redis/007")->database, "7");
}

TEST(RedisUrl, IsRefusedWithASentenceWhereItIsNotOne) {
  for (const char* text : {"",
                           "redis",
                           "redis:6379",
                           "http://redis",
                           "redis://",
                           "redis://:6379",
                           "redis://redis:",
                           "redis://redis:port",
                           "redis://redis:123456",
                           "redis://redis:65536",
                           "redis://redis:0",
                           "redis://redis/zero",
                           "redis://user@redis",
                           "redis:///1",
                           "redis://[::1",
                           "redis://[]",
                           "redis://[::1]x",
                           "redis://::1:6379",
                           "redis://a:%@redis",
                           "redis://a:%4@redis",
                           "redis://a:%4g@redis",
                           "redis://redis?db=1",
                           "redis+unix://redis",
                           "redis+unix://",
                           "redis+unix:///x?db=y",
                           "redis+unix:///x?y=1"}) {
    const auto url = parse_redis_url(text);
    EXPECT_FALSE(url) << text;
    if (url.has_error()) {
      EXPECT_FALSE(url.error().message.empty()) << text;
    }
  }
}

TEST(RedisUrl, MayNameAUnixSocket) {
  const auto url = parse_redis_url("redis+unix:///run/redis/redis.sock?db=1&prefix=blue");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->path, "/run/redis/redis.sock");
  EXPECT_EQ(url->database, "1");
  EXPECT_EQ(url->prefix, "blue");
  EXPECT_TRUE(url->places.empty());
  EXPECT_EQ(parse_redis_url("redis+unix://chat:s@/sock")->password, "s");
  EXPECT_FALSE(parse_redis_url("redis+unix:///" + std::string(200, 'x')));
}

TEST(RedisUrl, TakesThePasswordFromElsewhereButNotTwice) {
  EXPECT_EQ(parse_redis_url("redis://chat@redis", "from a file")->password, "from a file");
  EXPECT_EQ(parse_redis_url("redis://chat:@redis", "from a file")->password, "from a file");
  EXPECT_EQ(parse_redis_url("redis://redis", "from a file")->user, "");
  EXPECT_FALSE(parse_redis_url("redis://chat:another@redis", "from a file"));
}

TEST(RedisUrl, NeverShowsAPasswordInAnError) {
  for (const char* text :
       {"redis://chat:hunter2", "redis://:hunter2@", "redis://chat:hunter2@redis:port",
        "redis://chat:hunter2/x@redis:99999", "redis://chat:hunter2%@redis", "redis://chat:hunter2@redis/hunter2",
        "redis://redis?hunter2", "hunter2", "redis+unix://chat:hunter2@redis", "redis-sentinel://chat:hunter2@redis"}) {
    const auto url = parse_redis_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().message.find("hunter2"), std::string::npos) << url.error().message;
  }
}

}  // namespace
}  // namespace chat
