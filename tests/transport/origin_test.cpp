#include "chat/transport/http/origin.hpp"

#include <gtest/gtest.h>

#include "transport/request.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

class Origins : public testing::Test {
 protected:
  HttpResponse ask(const HttpHandler& asked, Headers headers, http::verb method = http::verb::post) {
    HttpResponse got;
    asked({make_request("/poll", headers, method),
           [&](HttpAnswer answer) { got = std::get<HttpResponse>(std::move(answer)); }});
    return got;
  }
  HttpResponse ask(Headers headers) { return ask(handler, headers); }

  std::vector<std::string> allowed{"https://friend.example"};
  HttpHandler handler = for_origins(allowed, [](const HttpCall& call) {
    call.reply(make_response(call.request, http::status::ok, "text/plain", "in"));
  });
};

TEST_F(Origins, LetProgramsAndTheOwnPageIn) {
  EXPECT_EQ(ask({}).body(), "in");
  const auto own = ask({{"Origin", "http://chat.example"}});
  EXPECT_EQ(own.body(), "in");
  EXPECT_EQ(own.count(http::field::access_control_allow_origin), 0U) << "it needs no leave";
}

TEST_F(Origins, LetAnAllowedSiteReadTheAnswerWithCredentials) {
  const auto response = ask({{"Origin", "https://friend.example"}});
  EXPECT_EQ(response.body(), "in");
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "https://friend.example");
  EXPECT_EQ(header(response, "Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(header(response, "Vary"), "Origin");
}

TEST_F(Origins, KeepOthersOut) {
  for (const char* origin : {"https://evil.example", "null", "", "https://friend.example.evil", "http://friend.example",
                             "https://friend.example:8443", "*"}) {
    const auto response = ask({{"Origin", origin}});
    EXPECT_EQ(response.result(), http::status::forbidden) << origin;
    EXPECT_EQ(response.count(http::field::access_control_allow_origin), 0U) << origin;
  }
  EXPECT_EQ(ask({{"Origin", "https://friend.example"}, {"Origin", "https://friend.example"}}).result(),
            http::status::forbidden);
}

TEST_F(Origins, MayBeEveryNameBelowOneOrAnApps) {
  allowed = {"https://*.example.org", "https://*.example.org:8443", "capacitor://localhost", "ionic://localhost"};
  for (const char* origin : {"https://a.example.org", "https://a.b-c.example.org", "https://a.example.org:8443",
                             "capacitor://localhost", "ionic://localhost"}) {
    const auto response = ask({{"Origin", origin}});
    EXPECT_EQ(response.body(), "in") << origin;
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), origin);
  }
  for (const char* origin : {"https://example.org", "https://.example.org", "http://a.example.org",
                             "https://aexample.org", "https://a.example.org.evil", "https://a.example.org:9",
                             "https://evil/.example.org", "https://evil?.example.org", "capacitor://other"}) {
    EXPECT_EQ(ask({{"Origin", origin}}).result(), http::status::forbidden) << origin;
  }
}

TEST_F(Origins, MaySendAnyHeaderWithARequest) {
  const auto response =
      ask(preflight(allowed, "POST"),
          {{"Origin", "https://friend.example"}, {"Access-Control-Request-Headers", "cache-control,x-tenant"}},
          http::verb::options);
  EXPECT_EQ(header(response, "Access-Control-Allow-Headers"), "cache-control,x-tenant");
}

TEST_F(Origins, AnswerAPreflightForAllowedSitesOnly) {
  const auto options = preflight(allowed, "GET, POST");
  const auto response = ask(options, {{"Origin", "https://friend.example"}}, http::verb::options);
  EXPECT_EQ(response.result(), http::status::no_content);
  EXPECT_EQ(header(response, "Access-Control-Allow-Methods"), "GET, POST");
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "https://friend.example");
  EXPECT_NE(header(response, "Access-Control-Allow-Headers").find("Content-Type"), std::string::npos);
  EXPECT_EQ(ask(options, {{"Origin", "https://evil.example"}}, http::verb::options).result(), http::status::forbidden);
}

}  // namespace
}  // namespace chat
