#include "chat/backplane/registry.hpp"

#include <gmock/gmock.h>

#include "chat/backplane/memory.hpp"

namespace chat {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(BackplaneRegistry, ChoosesByTheSchemeOfTheUrl) {
  EXPECT_EQ(standard_backplanes().maker_of("memory:").name, "memory");
  for (const char* url : {"redis://redis", "rediss://redis", "redis-sentinel://one,two/master",
                          "rediss-sentinel://one/master", "redis+unix:///run/redis.sock"}) {
    EXPECT_EQ(standard_backplanes().check(url, {}), "") << url;
    EXPECT_EQ(standard_backplanes().maker_of(url).name, "redis") << url;
  }
}

TEST(BackplaneRegistry, NamesTheSchemesThereAreForAUrlOfNone) {
  for (const char* url : {"", "redis", "nats://hunter2@nats", "http:", "Redis://redis", ":", "redis+tcp://redis"}) {
    EXPECT_THAT(standard_backplanes().check(url, {}), HasSubstr("memory:, redis:, rediss:")) << url;
  }
}

TEST(BackplaneRegistry, SaysWhatIsWrongWithAUrlAndRepeatsNoneOfIt) {
  for (const char* url :
       {"memory:hunter2", "memory://", "redis:hunter2", "redis://chat:hunter2", "nats://hunter2@nats"}) {
    const auto fault = standard_backplanes().check(url, {});
    EXPECT_NE(fault, "") << url;
    EXPECT_THAT(fault, Not(HasSubstr("hunter2"))) << url;
  }
}

TEST(BackplaneRegistry, GivesAPasswordFromElsewhereToTheStore) {
  BackplaneOptions options;
  options.password = "from a file";
  EXPECT_EQ(standard_backplanes().check("redis://chat@redis", options), "");
  EXPECT_NE(standard_backplanes().check("redis://chat@redis", {}), "");
  EXPECT_NE(standard_backplanes().check("redis://chat:another@redis", options), "");
}

TEST(BackplaneRegistry, TakesAnotherBackplaneInOneLine) {
  BackplaneRegistry backplanes = standard_backplanes();
  BackplaneMaker mine = memory_backplane();
  mine.name = "mine";
  mine.schemes = {"mine"};
  mine.check = [](std::string_view, const BackplaneOptions&) { return ""; };
  backplanes.add(mine);
  EXPECT_EQ(backplanes.check("mine:anything", {}), "");
  boost::asio::io_context loop;
  const auto services = backplanes.maker_of("mine:anything").make(loop, "mine:anything", {});
  EXPECT_NE(services, nullptr);
  EXPECT_EQ(backplanes.maker_of("memory:").name, "memory");
}

}  // namespace
}  // namespace chat
