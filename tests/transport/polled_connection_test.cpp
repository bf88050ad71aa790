#include "chat/transport/polling/polled_connection.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <optional>

#include "protocols/chat_v1/dialogue.hpp"
#include "protocols/chat_v1/formats.hpp"
#include "transport/lone_node.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;
using testing::HasSubstr;

class PolledConnectionTest : public testing::Test, public LoneNode {
 protected:
  PolledConnectionTest() {
    add(std::make_unique<PolledConnection>(connections, "id", Admitted{}, chat_v1_formats().poll, chat_v1_dialogue(),
                                           [this](bool is) { opened = is; }));
  }

  std::optional<bool> opened;
};

TEST_F(PolledConnectionTest, BeginsWhenItCanBeAskedFor) { EXPECT_EQ(opened, true); }

TEST_F(PolledConnectionTest, TellsAPollWhatBecameOfARequest) {
  EXPECT_EQ(say(R"({"type":"node","id":7})"), http::status::accepted);
  const auto answer = poll()->value();
  EXPECT_EQ(answer.status, http::status::ok);
  EXPECT_THAT(answer.body, HasSubstr(R"({"ack":1,"events":[{"type":"welcome",)"));
  EXPECT_THAT(answer.body, HasSubstr(R"({"type":"node","id":7,)"));
}

TEST_F(PolledConnectionTest, AnswersAPollThatWaitsWhenThereIsSomething) {
  const auto waiting = poll();
  EXPECT_FALSE(waiting->has_value());
  say(R"({"type":"node","id":7})");
  EXPECT_EQ(waiting->value().status, http::status::ok);
}

TEST_F(PolledConnectionTest, HoldsAPollFor25Seconds) {
  const auto waiting = poll();
  pass(Seconds(24));
  EXPECT_FALSE(waiting->has_value());
  pass(Seconds(2));
  EXPECT_EQ(waiting->value().status, http::status::no_content);
  EXPECT_EQ(say("{}"), http::status::accepted);
}

TEST_F(PolledConnectionTest, EndsWhenNobodyPollsFor30SecondsWhateverElseTheClientDoes) {
  *poll();
  pass(Seconds(26));
  EXPECT_EQ(say(R"({"type":"node"})"), http::status::accepted);
  pass(Seconds(29));
  EXPECT_EQ(shard.sessions().size(), 1U);
  EXPECT_EQ(say(R"({"type":"node"})"), http::status::accepted);
  pass(Seconds(2));
  EXPECT_EQ(shard.sessions().size(), 0U);
  EXPECT_EQ(say(R"({"type":"node"})"), http::status::not_found);
}

TEST_F(PolledConnectionTest, EndsWhenTheClientSaysSo) {
  const auto waiting = poll();
  EXPECT_EQ(ask({Kind::end, 0, {}})->value().status, http::status::accepted);
  EXPECT_EQ(waiting->value().status, http::status::no_content);
  EXPECT_EQ(shard.sessions().size(), 0U);
  EXPECT_EQ(poll()->value().status, http::status::not_found);
}

TEST_F(PolledConnectionTest, TellsInItsLastAnswerWhyItEnds) {
  shard.post(to_shard::CloseAll{});
  settle(loop);
  EXPECT_EQ(say("{}"), http::status::not_found) << "it takes no more";
  const auto last = poll()->value();
  EXPECT_THAT(last.body, HasSubstr(R"([{"type":"close","code":1012,)"));
  EXPECT_EQ(shard.sessions().size(), 0U);
}

}  // namespace
}  // namespace chat
