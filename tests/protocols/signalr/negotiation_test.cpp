#include "protocols/signalr/negotiation.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "chat/core/person_id.hpp"
#include "chat/protocols/signalr_settings.hpp"
#include "support/fake_node.hpp"
#include "transport/request.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

class Negotiation : public testing::Test {
 protected:
  Negotiation() {
    add_negotiation(router, settings, SignalRSettings{}.hubs.front().paths);
    settings.secret.set(kSecret);
  }

  HttpResponse ask(const std::string& query, Headers headers = {}, http::verb method = http::verb::post) {
    std::optional<HttpResponse> got;
    router.handle({make_request("/chatHub/negotiate?" + query, headers, method),
                   [&](HttpAnswer answer) { got = std::get<HttpResponse>(std::move(answer)); },
                   {},
                   &entrance});
    EXPECT_TRUE(got);
    return *got;
  }
  json negotiate(const std::string& query) { return json::parse(ask(query).body()); }
  Negotiated kind_of(const std::string& token) {
    Negotiated negotiated{token, false};
    EXPECT_TRUE(was_negotiated(kSecret, negotiated));
    return negotiated;
  }

  static constexpr const char* kSecret = "the cluster's own secret";
  boost::asio::io_context loop;
  ManualClock clock;
  FakeNode node{loop, clock, "chat-1", make_memory_services(loop, make_memory_bus({10, Seconds(60)}))};
  ConnectionRelay relay{loop, node.backends->messenger(), node.backends->kv(), loop};
  WebSocketConnections websockets{node.shards.front(), relay, false};
  LogicalConnections logical{node.shards.front(), relay};
  Admission admission{{10, 10}};
  ConnectionHomes homes;
  ShardContext entrance{node.shards.front(), websockets, logical, relay, admission, homes};
  TransportSettings settings{{"https://chat.example"}, {}, false, {}, {}};
  Router router;
};

TEST_F(Negotiation, GivesATokenThatEveryNodeKnows) {
  const auto answer = negotiate("negotiateVersion=1");
  EXPECT_EQ(answer["negotiateVersion"], 1);
  EXPECT_FALSE(answer.contains("useStatefulReconnect"));
  const std::string token = answer["connectionToken"];
  EXPECT_EQ(answer["connectionId"], to_text(person_of(token)));
  EXPECT_FALSE(kind_of(token).resumable);
}

TEST_F(Negotiation, CallsTheTokenTheIdForClientsThatSayNothingOfVersions) {
  for (const char* query : {"", "negotiateVersion=0", "negotiateVersion=0&useStatefulReconnect=true"}) {
    const auto answer = negotiate(query);
    EXPECT_EQ(answer["negotiateVersion"], 0);
    EXPECT_FALSE(answer.contains("connectionToken"));
    EXPECT_FALSE(answer.contains("useStatefulReconnect"));
    EXPECT_FALSE(kind_of(answer["connectionId"]).resumable);
  }
}

TEST_F(Negotiation, IsFoundWithoutRegardToCaseOrASlashAtTheEnd) {
  for (const char* path : {"/chatHub/negotiate", "/chathub/negotiate", "/CHATHUB/Negotiate/", "/Hub/negotiate"}) {
    std::optional<HttpResponse> got;
    router.handle({make_request(path, {}, http::verb::post),
                   [&](HttpAnswer answer) { got = std::get<HttpResponse>(std::move(answer)); },
                   {},
                   &entrance});
    EXPECT_EQ(got.value().result(), http::status::ok) << path;
  }
}

TEST_F(Negotiation, TellsTokensApartThatLetAClientGoOnOverAnotherSocket) {
  const auto answer = negotiate("negotiateVersion=1&useStatefulReconnect=true");
  EXPECT_EQ(answer["useStatefulReconnect"], true);
  EXPECT_TRUE(kind_of(answer["connectionToken"]).resumable);
}

TEST_F(Negotiation, OffersThreeTransports) {
  json offered;
  const json answer = negotiate("");
  for (const auto& transport : answer["availableTransports"]) {
    offered[transport["transport"]] = transport["transferFormats"];
  }
  const json both{"Text", "Binary"};
  EXPECT_EQ(offered, (json{{"WebSockets", both}, {"ServerSentEvents", {"Text"}}, {"LongPolling", both}}));
}

TEST_F(Negotiation, IsNotForAConnectionThatBeganLongAgo) {
  const std::string token = negotiate("negotiateVersion=1")["connectionToken"];
  const UnixMs now = clock.unix_ms();
  EXPECT_TRUE(may_begin(token, now));
  EXPECT_TRUE(may_begin(token, now + 20'000));
  EXPECT_TRUE(may_begin(token, now - 20'000)) << "clocks of nodes differ";
  EXPECT_FALSE(may_begin(token, now + 20'001));
  EXPECT_FALSE(may_begin(token, now - 20'001));
}

TEST(NegotiationWithoutASecret, WaitsUntilTheNodesHaveAgreed) {
  TransportSettings settings;
  Router router;
  add_negotiation(router, settings, SignalRSettings{}.hubs.front().paths);
  std::optional<HttpResponse> got;
  router.handle({make_request("/hub/negotiate", {}, http::verb::post),
                 [&](HttpAnswer answer) { got = std::get<HttpResponse>(std::move(answer)); }});
  EXPECT_EQ(got.value().result(), http::status::service_unavailable);
}

TEST_F(Negotiation, KnowsNoTokenOfAnotherSecret) {
  Negotiated foreign{mint_token("another secret", 0), false};
  EXPECT_FALSE(was_negotiated(kSecret, foreign));
  Negotiated none{"", false};
  EXPECT_FALSE(was_negotiated(kSecret, none));
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
