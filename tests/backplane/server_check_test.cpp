#include "backplane/redis/server_check.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace chat::redis {
namespace {

TEST(ServerCheck, FindsAFieldOfInfo) {
  constexpr std::string_view kInfo = "# Server\r\nredis_version:7.0.15\r\nrun_id:abc\r\nrun_id_of_another:x\r\nlast:";
  EXPECT_EQ(info_field(kInfo, "redis_version"), "7.0.15");
  EXPECT_EQ(info_field(kInfo, "run_id"), "abc");
  EXPECT_EQ(info_field(kInfo, "last"), "");
  EXPECT_EQ(info_field(kInfo, "run"), "");
  EXPECT_EQ(info_field("", "run_id"), "");
  EXPECT_EQ(info_field("run_id", "run_id"), "");
}

TEST(ServerCheck, TakesOneRedisOfVersionSevenOrMore) {
  EXPECT_FALSE(judge_info("redis_version:7.0.15\r\nredis_mode:standalone\r\n"));
  EXPECT_FALSE(judge_info("redis_version:10.1\r\nredis_mode:standalone\r\n"));
  EXPECT_FALSE(judge_info("")) << "another product may tell nothing";
  EXPECT_TRUE(judge_info("redis_version:6.2.7\r\nredis_mode:standalone\r\n"));
  EXPECT_TRUE(judge_info("redis_version:7.0.15\r\nredis_mode:cluster\r\n"));
}

TEST(ServerCheck, TellsWhatPassesByItselfFromWhatDoesNot) {
  for (const char* lasting :
       {"NOPERM this user has no permissions to run the 'evalsha' command",
        "ERR The user executing the script can't run this command or subcommand script: 78, on @user_script:17.",
        "ERR ACL failure in script: User chat has no permissions",
        "ERR unknown command 'EVALSHA', with args beginning with",
        "ERR Unknown Redis command called from script script: 78",
        "READONLY You can't write against a read only replica."}) {
    const auto unusable = judge_error(lasting);
    ASSERT_TRUE(unusable) << lasting;
    EXPECT_FALSE(unusable->remedy.empty());
  }
  for (const char* passing :
       {"OOM command not allowed", "LOADING Redis is loading the dataset in memory", "BUSY",
        "NOREPLICAS Not enough good replicas to write.", "MISCONF Errors writing to the AOF file", ""}) {
    EXPECT_FALSE(judge_error(passing)) << passing;
  }
}

/// The rules stand once for machines and once for people.
TEST(ServerCheck, TellsPeopleTheRightsThatTheTestsRunWith) {
  const auto read = [](const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  };
  const std::string acl = CHAT_REDIS_ACL;
  const std::string rules = read(acl), readme = read(acl.substr(0, acl.rfind('/')) + "/README.md");
  ASSERT_TRUE(rules.starts_with("user chat ")) << rules;
  EXPECT_NE(readme.find("\nACL SETUSER" + rules.substr(4)), std::string::npos);
}

}  // namespace
}  // namespace chat::redis
