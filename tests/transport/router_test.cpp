#include "chat/transport/http/router.hpp"

#include <gtest/gtest.h>

#include "transport/request.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

class RouterTest : public testing::Test {
 protected:
  static HttpHandler answer(const char* text) {
    return
        [text](const HttpCall& call) { call.reply(make_response(call.request, http::status::ok, "text/plain", text)); };
  }
  HttpResponse ask(const std::string& target, http::verb method = http::verb::get) {
    HttpResponse got;
    int replies = 0;
    router.handle({make_request(target, {}, method), [&](HttpAnswer answer) {
                     got = std::get<HttpResponse>(std::move(answer));
                     ++replies;
                   }});
    EXPECT_EQ(replies, 1) << target;
    return got;
  }
  Router router;
};

TEST_F(RouterTest, GivesExactlyAPathToItsHandler) {
  router.get("/nodes", answer("nodes"));
  router.get("/health", answer("health"));
  EXPECT_EQ(ask("/nodes").body(), "nodes");
  EXPECT_EQ(ask("/health?verbose=1").body(), "health");
  EXPECT_EQ(ask("/nodes", http::verb::head).body(), "nodes");
  for (const char* path : {"/nodes/", "/node", "/NODES", "/", "//nodes", "/nodes%20"}) {
    EXPECT_EQ(ask(path).result(), http::status::not_found) << path;
  }
}

TEST_F(RouterTest, ComparesSomePathsWithoutRegardToCaseOrASlashAtTheEnd) {
  router.on_loosely(http::verb::get, "/chatHub", answer("hub"));
  for (const char* path : {"/chatHub", "/chathub", "/CHATHUB/", "/chatHub/?id=1"}) EXPECT_EQ(ask(path).body(), "hub");
  for (const char* path : {"/chatHub//", "/chatHubs", "/chat", "/"}) {
    EXPECT_EQ(ask(path).result(), http::status::not_found) << path;
  }
}

TEST_F(RouterTest, GivesTheRestToTheFallback) {
  router.get("/nodes", answer("nodes"));
  router.fallback(answer("page"));
  EXPECT_EQ(ask("/").body(), "page");
  EXPECT_EQ(ask("/nodes").body(), "nodes");
}

TEST_F(RouterTest, RefusesMethodsThatChangeSomething) {
  router.get("/nodes", answer("nodes"));
  router.fallback(answer("page"));
  for (const auto method :
       {http::verb::post, http::verb::put, http::verb::delete_, http::verb::options, http::verb::trace}) {
    const auto response = ask("/nodes", method);
    EXPECT_EQ(response.result(), http::status::method_not_allowed);
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
  }
}

TEST_F(RouterTest, GivesEachMethodOfAPathToItsHandlerAndTellsWhichThereAre) {
  router.on(http::verb::get, "/poll", answer("polled"));
  router.on(http::verb::post, "/poll", answer("taken"));
  router.fallback(answer("page"));
  EXPECT_EQ(ask("/poll").body(), "polled");
  EXPECT_EQ(ask("/poll?id=x", http::verb::post).body(), "taken");
  for (const auto method : {http::verb::head, http::verb::delete_, http::verb::put}) {
    const auto response = ask("/poll", method);
    EXPECT_EQ(response.result(), http::status::method_not_allowed);
    EXPECT_EQ(header(response, "Allow"), "GET, POST");
  }
}

TEST_F(RouterTest, KeepsEveryAnswerFromBeingGuessedAtOrStored) {
  const auto response = ask("/nowhere");
  EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(response, "Cache-Control"), "no-store");
  EXPECT_EQ(header(response, "Content-Type"), "application/json");
  EXPECT_EQ(response.body(), "{\"error\":\"there is nothing here\"}\n");
}

TEST_F(RouterTest, FindsTheProtocolOfAWebSocketByItsPath) {
  router.websocket("/exact", {"exact.v1"});
  router.websocket_loosely("/Loose", {"loose.v1"});
  ASSERT_NE(router.websocket_at("/exact"), nullptr);
  EXPECT_EQ(router.websocket_at("/exact")->subprotocol, "exact.v1");
  EXPECT_EQ(router.websocket_at("/Exact"), nullptr);
  for (const char* path : {"/Loose", "/loose", "/LOOSE/"}) {
    ASSERT_NE(router.websocket_at(path), nullptr) << path;
    EXPECT_EQ(router.websocket_at(path)->subprotocol, "loose.v1");
  }
  for (const char* path : {"/loose//", "/loos", "/", ""}) EXPECT_EQ(router.websocket_at(path), nullptr) << path;
}

TEST_F(RouterTest, TellsAPathThatTwoHandlersWant) {
  router.get("/ready", answer("ready"));
  router.on(http::verb::post, "/poll", answer("poll"));
  router.websocket("/ws", {"exact.v1"});
  router.on_loosely(http::verb::get, "/chatHub", answer("hub"));
  router.on_loosely(http::verb::get, "/poll", answer("of another method"));
  router.websocket_loosely("/chatHub", {"loose.v1"});
  EXPECT_EQ(router.clash(), std::nullopt);
  Router readiness = router, poll = router, below = router, websocket = router;
  readiness.on_loosely(http::verb::get, "/READY", answer("hub"));
  EXPECT_EQ(readiness.clash(), "/ready");
  poll.on_loosely(http::verb::post, "/poll", answer("hub"));
  EXPECT_EQ(poll.clash(), "/poll");
  below.on_loosely(http::verb::post, "/api/publish", answer("hub"));
  below.on_below(http::verb::post, "/api/", answer("api"));
  EXPECT_EQ(below.clash(), "/api/publish");
  websocket.websocket_loosely("/WS", {"loose.v1"});
  EXPECT_EQ(websocket.clash(), "/ws");
}

TEST(PathOf, LeavesOutTheQuery) {
  EXPECT_EQ(path_of("/ws"), "/ws");
  EXPECT_EQ(path_of("/ws?a=b?c"), "/ws");
  EXPECT_EQ(path_of("?"), "");
  EXPECT_EQ(path_of(""), "");
}

TEST(QueryValue, IsFoundByItsWholeName) {
  EXPECT_EQ(query_value("/poll?id=abc", "id"), "abc");
  EXPECT_EQ(query_value("/poll?ack=7&id=a=b&id=c", "id"), "a=b");
  EXPECT_EQ(query_value("/poll?ack=7&id=abc", "ack"), "7");
  for (const char* target : {"/poll", "/poll?", "/poll?xid=1", "/poll?id", "/poll?id=", "/poll?&&", "/id=1"}) {
    EXPECT_EQ(query_value(target, "id"), "") << target;
  }
}

}  // namespace
}  // namespace chat
