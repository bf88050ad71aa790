#include "chat/api/server_api.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/error_code.hpp"
#include "support/memory_api.hpp"

namespace chat {
namespace {

using nlohmann::json;

class ServerApiTest : public testing::Test {
 protected:
  json result(std::string_view method, const json& parameters) {
    const auto answer = node.call(method, parameters.dump());
    EXPECT_TRUE(answer) << method << ": " << answer.error().message;
    return answer ? json::parse(*answer) : json();
  }
  Failure failure(std::string_view method, const json& parameters, std::uint8_t scopes = 7) {
    const auto answer = node.call(method, parameters.dump(), {"shop", "a secret of shop", scopes});
    EXPECT_FALSE(answer) << method << ": " << *answer;
    return answer ? Failure{} : answer.error();
  }

  MemoryApi node;
};

TEST_F(ServerApiTest, PublishesAsTheKeyOfTheApplication) {
  const auto position = result("publish", {{"room", "lobby"}, {"text", "hi"}});
  EXPECT_EQ(position["offset"], 1);
  const auto history = result("history", {{"room", "lobby"}, {"limit", 5}});
  EXPECT_EQ(history["epoch"], position["epoch"]);
  const auto& message = history["publications"].at(0);
  EXPECT_EQ(message["data"], json({{"text", "hi"}}));
  EXPECT_EQ(message["from"], json({{"id", "app.shop"}, {"name", "shop"}}));
  EXPECT_EQ(message["node"], "chat-1");
}

TEST_F(ServerApiTest, StoresARepeatedCallOnce) {
  const json call{{"room", "lobby"}, {"text", "hi"}, {"idempotency_key", "order-7"}};
  auto first = result("publish", call);
  first["duplicate"] = true;
  EXPECT_EQ(result("publish", call), first);
}

TEST_F(ServerApiTest, RefusesAnEmptyIdempotencyKey) {
  const auto publish = failure("publish", {{"room", "lobby"}, {"text", "hi"}, {"idempotency_key", ""}});
  EXPECT_EQ(api::api_error_code(publish.code).number, 107);
  EXPECT_EQ(publish.message, "\"idempotency_key\" is empty");
  const auto broadcast = failure("broadcast", {{"rooms", {"lobby"}}, {"text", "hi"}, {"idempotency_key", ""}});
  EXPECT_EQ(broadcast.message, publish.message);
  result("publish", {{"room", "lobby"}, {"text", "hi"}, {"idempotency_key", nullptr}});
}

TEST_F(ServerApiTest, ShowsABodyThatNoNodeHasWrittenAsNull) {
  for (const auto* body : {R"({"text":})", R"({"data":[1})", R"({"text":"a" "b"})", R"({"data":"\ud800"})"}) {
    await<Appended>(node.loop,
                    [&](auto done) { node.services->backplane().append({"junk", {}, 0, body}, std::move(done)); });
  }
  const auto history = result("history", {{"room", "junk"}, {"limit", 5}});
  ASSERT_EQ(history["publications"].size(), 4U);
  for (const auto& message : history["publications"]) EXPECT_EQ(message["data"], nullptr);
}

TEST_F(ServerApiTest, CallsOnlyWhatTheKeyAllows) {
  const auto scope = [](Scope s) { return static_cast<std::uint8_t>(s); };
  EXPECT_EQ(failure("publish", {{"room", "a"}, {"text", "b"}}, scope(Scope::read)).code, ErrorCode::forbidden);
  EXPECT_EQ(failure("history", {{"room", "a"}}, scope(Scope::publish)).code, ErrorCode::forbidden);
  EXPECT_EQ(failure("disconnect", {{"user", "a"}}, scope(Scope::read)).code, ErrorCode::forbidden);
  EXPECT_EQ(failure("fly", json::object()).code, ErrorCode::unknown_type);
  EXPECT_TRUE(node.sessions.orders.empty());
}

TEST_F(ServerApiTest, DrainsANodeAndFindsAPerson) {
  EXPECT_EQ(result("drain", {{"node", "chat-2"}}), json::object());
  EXPECT_EQ(result("find", {{"text", "Ana"}}), json({{"sessions", json::array()}}));
  EXPECT_EQ(node.operations.asked, std::vector<std::string>({"drain chat-2", "find Ana"}));
  for (const json& wrong : {json::object(), json{{"node", "Chat 2"}}, json{{"node", "a"}, {"now", true}}}) {
    EXPECT_EQ(failure("drain", wrong).code, ErrorCode::bad_request) << wrong;
  }
  EXPECT_EQ(failure("find", {{"text", ""}}).code, ErrorCode::bad_request);
  const auto read = static_cast<std::uint8_t>(Scope::read);
  EXPECT_EQ(failure("drain", {{"node", "chat-2"}}, read).code, ErrorCode::forbidden);
  EXPECT_EQ(failure("find", {{"text", "Ana"}}, read).code, ErrorCode::forbidden);
  EXPECT_EQ(node.operations.asked.size(), 2U);
}

TEST_F(ServerApiTest, OrdersNothingForAllSessions) {
  for (const auto* method : {"disconnect", "refresh", "subscribe", "unsubscribe"}) {
    for (const json& target : {json::object(), json{{"session", ""}}, json{{"user", ""}}}) {
      json parameters = target;
      if (std::string_view(method).ends_with("subscribe")) parameters["room"] = "lobby";
      if (std::string_view(method) == "refresh") parameters["expired"] = true;
      EXPECT_EQ(failure(method, parameters).code, ErrorCode::bad_request) << method << parameters;
    }
  }
  for (const auto* target : {"users", "sessions"}) {
    EXPECT_EQ(failure("notify", {{"event", "E"}, {target, {""}}}).code, ErrorCode::bad_request);
  }
  EXPECT_TRUE(node.sessions.orders.empty());
}

TEST_F(ServerApiTest, TellsThatANotificationCouldNotBeSent) {
  node.sessions.failure = Failure{ErrorCode::unavailable, "not now"};
  EXPECT_EQ(failure("notify", {{"event", "E"}, {"users", {"ana", "bob"}}}).code, ErrorCode::unavailable);
  node.sessions.failure.reset();
  EXPECT_EQ(result("notify", {{"event", "E"}, {"users", {"ana", "bob"}}}), json({{"sessions", 2}}));
}

TEST_F(ServerApiTest, NotifiesManyWithOneOrder) {
  result("notify", {{"event", "E"}, {"sessions", {"s1", "s2", "s3"}}});
  ASSERT_EQ(node.sessions.orders.size(), 1U);
  EXPECT_EQ(node.sessions.orders[0].sessions, (std::vector<std::string>{"s1", "s2", "s3"}));
}

TEST_F(ServerApiTest, TellsThatPeopleCouldNotBeCounted) {
  result("publish", {{"room", "lobby"}, {"text", "hi"}});
  EXPECT_EQ(result("channels", json::object())["channels"], json({{"lobby", {{"num_clients", 0}}}}));
  node.services->refuse_loads = true;
  EXPECT_EQ(failure("channels", json::object()).code, ErrorCode::unavailable);
}

TEST_F(ServerApiTest, OpensNoRoomInAStoreThatIsNearlyFull) {
  result("publish", {{"room", "old"}, {"text", "hi"}});
  node.services->is_nearly_full = true;
  EXPECT_EQ(result("publish", {{"room", "old"}, {"text", "hi"}})["offset"], 2);
  const auto refused = failure("publish", {{"room", "new"}, {"text", "hi"}});
  EXPECT_EQ(refused.code, ErrorCode::busy);
  EXPECT_GT(refused.retry_after, Milliseconds(0));
}

TEST_F(ServerApiTest, AnswersEachCallOfABatchByItself) {
  const json publish{{"publish", {{"room", "lobby"}, {"text", "hi"}}}};
  for (const bool parallel : {false, true}) {
    const json commands{publish, {{"publish", {{"room", "No Room"}}}}, publish};
    const auto replies = result("batch", {{"commands", commands}, {"parallel", parallel}})["replies"];
    ASSERT_EQ(replies.size(), 3U);
    EXPECT_TRUE(replies[0].contains("publish") && replies[2].contains("publish"));
    EXPECT_EQ(replies[1]["error"]["code"], 107);
  }
  EXPECT_EQ(failure("batch", {{"commands", {{{"batch", {{"commands", {publish}}}}}}}}).code, ErrorCode::unknown_type);
}

TEST_F(ServerApiTest, ModeratesInTheNameOfTheKey) {
  result("mute", {{"user", "ana"}, {"room", "lobby"}, {"seconds", 60}, {"reason", "loud"}});
  ASSERT_TRUE(node.moderation.last);
  EXPECT_EQ(node.moderation.last_by, "app.shop");
  EXPECT_EQ(node.moderation.last->user, "ana");
  EXPECT_EQ(node.moderation.last->seconds, 60U);
}

TEST(ApiErrorCode, HasTheNumbersOfCentrifugo) {
  const struct {
    ErrorCode code;
    int number;
    unsigned status;
  } cases[] = {
      {ErrorCode::internal, 100, 500},        {ErrorCode::unauthorized, 101, 401},
      {ErrorCode::not_found, 102, 404},       {ErrorCode::forbidden, 103, 403},
      {ErrorCode::unknown_type, 104, 404},    {ErrorCode::bad_request, 107, 400},
      {ErrorCode::bad_room, 107, 400},        {ErrorCode::too_large, 107, 413},
      {ErrorCode::unavailable, 108, 503},     {ErrorCode::busy, 111, 429},
      {ErrorCode::rate_limited, 111, 429},    {ErrorCode::not_joined, 102, 404},
      {ErrorCode::out_of_sequence, 112, 416}, {ErrorCode::too_many_rooms, 107, 400},
  };
  for (const auto& [code, number, status] : cases) {
    EXPECT_EQ(api::api_error_code(code).number, number) << to_text(code);
    EXPECT_EQ(static_cast<unsigned>(api::api_error_code(code).status), status) << to_text(code);
  }
  EXPECT_EQ(api::answer_of(Failure{ErrorCode::busy, "a \"full\" queue"}),
            R"({"error":{"code":111,"message":"a \"full\" queue"}})");
}

}  // namespace
}  // namespace chat
