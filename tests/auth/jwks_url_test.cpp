#include "auth/jwks_url.hpp"

#include <gtest/gtest.h>

#include "auth/cache_control.hpp"
#include "chat/auth/jwks_fetch.hpp"

namespace chat {
namespace {

TEST(JwksUrl, IsSplitIntoItsParts) {
  const struct {
    const char* text;
    HttpUrl url;
  } cases[] = {
      {"https://id.example/keys", {true, "id.example", "443", "/keys", "id.example"}},
      {"https://id.example", {true, "id.example", "443", "/", "id.example"}},
      {"https://id.example:8443?a=b", {true, "id.example", "8443", "/?a=b", "id.example:8443"}},
      {"https://[2001:db8::1]:444/k", {true, "2001:db8::1", "444", "/k", "[2001:db8::1]:444"}},
      {"http://127.0.0.1:9/k", {false, "127.0.0.1", "9", "/k", "127.0.0.1:9"}},
      {"http://localhost/k", {false, "localhost", "80", "/k", "localhost"}},
      {"http://[::1]/k", {false, "::1", "80", "/k", "[::1]"}},
  };
  for (const auto& [text, url] : cases) {
    const auto parsed = parse_jwks_url(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->tls, url.tls);
    EXPECT_EQ(parsed->host, url.host);
    EXPECT_EQ(parsed->port, url.port);
    EXPECT_EQ(parsed->target, url.target);
    EXPECT_EQ(parsed->authority, url.authority);
  }
}

TEST(JwksUrl, WithoutEncryptionIsOnlyForThisMachine) {
  for (const char* bad : {"http://id.example/keys", "http://10.0.0.1/", "http://localhost.example/", "http://127.1/"}) {
    EXPECT_EQ(check_jwks_url(bad), "must begin with https:// (http:// only for this machine itself)") << bad;
  }
}

TEST(JwksUrl, ThatIsNoneIsRefused) {
  for (const char* bad : {"", "id.example/keys", "ftp://id.example", "https://", "https:///keys",
                          "https://u:p@id.example", "https://id.example/#a", "https://id.example:0/",
                          "https://id.example:65536/", "https://id.example:x/", "https://[::1", "https://[::1]x/",
                          "https://id.example/a b", "https://id.example/\r\nHost:", "HTTPS://id.example/"}) {
    EXPECT_TRUE(check_jwks_url(bad)) << bad;
  }
}

TEST(CacheControl, SaysHowLongAnAnswerMayBeKept) {
  EXPECT_EQ(max_age_of("public, max-age=19800, must-revalidate"), Seconds(19800));
  EXPECT_EQ(max_age_of("Max-Age=7"), Seconds(7));
  EXPECT_EQ(max_age_of("max-age=60, no-cache"), Seconds(0));
  EXPECT_EQ(max_age_of(" no-store "), Seconds(0));
  for (const char* other :
       {"", ",", " ", "public", "max-age", "max-age=", "max-age=x", "max-age=-1", "max-age=99999999999"}) {
    EXPECT_EQ(max_age_of(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace chat
