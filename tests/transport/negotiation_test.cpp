#include "chat/transport/negotiation.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "chat/hub/identity.hpp"
#include "support/fake_node.hpp"
#include "transport/request.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

class Negotiation : public testing::Test {
 protected:
  Negotiation() {
    for (auto& shard : node.shards) homes.add(websockets.emplace_back(shard, false));
    add_negotiation(router, settings, homes);
    settings.secret.set("the cluster's own secret");
  }

  HttpResponse ask(const std::string& query, Headers headers = {}, http::verb method = http::verb::post) {
    std::optional<HttpResponse> got;
    router.handle({make_request("/chatHub/negotiate?" + query, headers, method),
                   [&](HttpAnswer answer) { got = std::get<HttpResponse>(std::move(answer)); }});
    settle(loop);
    EXPECT_TRUE(got);
    return *got;
  }
  json negotiate(const std::string& query) { return json::parse(ask(query).body()); }
  Negotiated kind_of(const std::string& token) {
    Negotiated negotiated{token, false};
    EXPECT_TRUE(was_negotiated(settings.secret.view(), negotiated));
    return negotiated;
  }

  boost::asio::io_context loop;
  ManualClock clock;
  FakeNode node{loop, clock, "chat-1", make_memory_backends(loop, make_memory_bus({10, Seconds(60)})), 3};
  std::deque<WebSocketConnections> websockets;
  ConnectionHomes homes;
  TransportSettings settings{{"https://chat.example"}, {}, false, {}};
  Router router;
};

TEST_F(Negotiation, GivesATokenThatEveryNodeKnows) {
  const auto answer = negotiate("negotiateVersion=1");
  EXPECT_EQ(answer["negotiateVersion"], 1);
  EXPECT_FALSE(answer.contains("useStatefulReconnect"));
  const std::string token = answer["connectionToken"];
  EXPECT_EQ(answer["connectionId"], to_text(person_of(token)));
  EXPECT_FALSE(kind_of(token).resumable);
  EXPECT_EQ(homes.of(token).find(token), nullptr);
  EXPECT_FALSE(homes.of(token).is_expected(token));
}

TEST_F(Negotiation, HoldsAPlaceForAClientThatWantsToGoOnOverAnotherSocket) {
  const auto answer = negotiate("negotiateVersion=1&useStatefulReconnect=true");
  EXPECT_EQ(answer["useStatefulReconnect"], true);
  const std::string token = answer["connectionToken"];
  EXPECT_TRUE(kind_of(token).resumable);
  EXPECT_TRUE(homes.of(token).is_expected(token));
}

TEST_F(Negotiation, HoldsAPlaceForAWhileAndNotTooMany) {
  WebSocketConnections& shard = websockets.front();
  ASSERT_TRUE(shard.expect("first"));
  while (shard.expect("another " + std::to_string(clock.unix_ms()))) {
  }
  EXPECT_TRUE(shard.is_expected("first"));
  clock.advance(Seconds(15));
  EXPECT_TRUE(shard.expect("last"));
  EXPECT_FALSE(shard.is_expected("first"));
}

TEST_F(Negotiation, KnowsNoTokenOfAnotherSecret) {
  Negotiated foreign{mint_token("another secret"), false};
  EXPECT_FALSE(was_negotiated(settings.secret.view(), foreign));
  Negotiated none{"", false};
  EXPECT_FALSE(was_negotiated(settings.secret.view(), none));
}

TEST_F(Negotiation, LetsPagesOfAllowedSitesReadTheAnswer) {
  const auto own = ask("", {{"Origin", "http://chat.example"}});
  EXPECT_EQ(own.result(), http::status::ok);
  EXPECT_EQ(own.count("Access-Control-Allow-Origin"), 0U);
  const auto allowed = ask("", {{"Origin", "https://chat.example"}});
  EXPECT_EQ(header(allowed, "Access-Control-Allow-Origin"), "https://chat.example");
  EXPECT_EQ(header(allowed, "Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(header(allowed, "Vary"), "Origin");
  EXPECT_EQ(ask("", {{"Origin", "https://evil.example"}}).result(), http::status::forbidden);
  EXPECT_EQ(ask("", {{"Origin", "null"}}).result(), http::status::forbidden);
  const auto asked = ask("", {{"Origin", "https://chat.example"}}, http::verb::options);
  EXPECT_EQ(asked.result(), http::status::no_content);
  EXPECT_EQ(header(asked, "Access-Control-Allow-Methods"), "POST");
}

}  // namespace
}  // namespace chat
