#include "chat/auth/token_authenticator.hpp"

#include <gtest/gtest.h>

#include "chat/base/metrics.hpp"
#include "chat/core/person_id.hpp"
#include "support/made_tokens.hpp"
#include "support/manual_clock.hpp"

namespace chat {
namespace {

class TokenAuthenticatorTest : public testing::Test {
 protected:
  TokenAuthenticatorTest() { ring.set_fetched(secret_keys()); }
  /// As a scrape finds it; other tests of this process count, too.
  static std::uint64_t refused_tokens() {
    for (const auto& sample : metrics::collect()) {
      if (sample.name == std::string_view("chat_tokens_refused_total")) return sample.counts.at(0);
    }
    ADD_FAILURE() << "there is no such metric";
    return 0;
  }
  std::string refusal(std::string_view token) const {
    const auto outcome = authenticator.authenticate(token);
    if (outcome) return "";
    EXPECT_EQ(outcome.error().code, ErrorCode::unauthorized);
    return outcome.error().message;
  }

  ManualClock clock;
  KeyRing ring{KeyFiles{}};
  Snapshot<Sanctions> sanctions{std::make_shared<const Sanctions>()};
  int unknown_keys = 0;
  TokenAuthenticator authenticator{TokenVerifier({}), ring, sanctions, clock, [this] { ++unknown_keys; }};
};

TEST_F(TokenAuthenticatorTest, MakesAnIdentityOfTheClaims) {
  const auto identity = authenticator.authenticate(
      hs256(R"({"sub":"ana@example.org","name":"Ana","info":{"a":1},"jti":"t-1","iat":)" + std::to_string(kNowSeconds) +
            R"(,"exp":)" + std::to_string(kNowSeconds + 60) + R"(,"rooms":{"lobby":["send"]}})"));
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ((*identity)->subject, "ana@example.org");
  EXPECT_EQ((*identity)->user_id, user_id_of_subject("ana@example.org"));
  EXPECT_EQ((*identity)->name, "Ana");
  EXPECT_EQ((*identity)->info, R"({"a":1})");
  EXPECT_EQ((*identity)->token_id, "t-1");
  EXPECT_EQ((*identity)->issued_at, kNow);
  EXPECT_EQ((*identity)->expires_at, kNow + 60'000);
  EXPECT_EQ((*identity)->rooms, (std::vector<RoomRights>{{"lobby", {Right::send}}}));
}

TEST_F(TokenAuthenticatorTest, LeavesOutWhatTheTokenDoesNotSay) {
  const auto identity = authenticator.authenticate(hs256(R"({"sub":"ana"})"));
  ASSERT_TRUE(identity);
  EXPECT_EQ((*identity)->user_id, "ana");
  EXPECT_EQ((*identity)->issued_at + (*identity)->expires_at, 0);
}

TEST_F(TokenAuthenticatorTest, RefusesWithTheSentenceOfTheFault) {
  EXPECT_EQ(refusal("x"), sentence_of(TokenFault::malformed));
  EXPECT_EQ(refusal(hs256(R"({"sub":"ana","exp":7})")), sentence_of(TokenFault::expired));
  EXPECT_EQ(unknown_keys, 0);
}

TEST_F(TokenAuthenticatorTest, TellsOfUnknownKeysSoThatTheyAreFetched) {
  ring.set_fetched({});
  EXPECT_EQ(refusal(hs256(R"({"sub":"ana"})")), sentence_of(TokenFault::unknown_key));
  EXPECT_EQ(unknown_keys, 1);
}

TEST_F(TokenAuthenticatorTest, KnowsTheTokensThatItHasAccepted) {
  const std::string token = hs256(R"({"sub":"ana"})");
  EXPECT_FALSE(authenticator.has_accepted(token));
  EXPECT_EQ(refusal(token), "");
  EXPECT_TRUE(authenticator.has_accepted(token));
  EXPECT_FALSE(authenticator.has_accepted(token + "x"));
  ring.set_fetched({});
  EXPECT_EQ(refusal(token), sentence_of(TokenFault::unknown_key));
  EXPECT_FALSE(authenticator.has_accepted(token)) << "a token that is no good any more";
}

TEST_F(TokenAuthenticatorTest, RefusesRevokedTokens) {
  Sanction revoked;
  revoked.kind = Sanction::Kind::revoke_token;
  revoked.subject = "t-1";
  revoked.until = kNow + 1000;
  sanctions.set(std::make_shared<const Sanctions>(std::vector{revoked}));
  EXPECT_EQ(refusal(hs256(R"({"sub":"ana","jti":"t-1"})")), "the token has been revoked");
  EXPECT_EQ(refusal(hs256(R"({"sub":"ana","jti":"t-2"})")), "");
  clock.advance(Milliseconds(1000));
  EXPECT_EQ(refusal(hs256(R"({"sub":"ana","jti":"t-1"})")), "");
}

TEST_F(TokenAuthenticatorTest, CountsTheTokensThatItRefusesForWhateverReason) {
  Sanction revoked;
  revoked.kind = Sanction::Kind::revoke_token;
  revoked.subject = "t-1";
  revoked.until = kNow + 1000;
  sanctions.set(std::make_shared<const Sanctions>(std::vector{revoked}));
  const std::uint64_t before = refused_tokens();
  EXPECT_EQ(refusal(hs256(R"({"sub":"ana"})")), "");
  EXPECT_EQ(refused_tokens(), before);
  for (const auto& token :
       {std::string("x"), hs256(R"({"sub":"ana","exp":7})"), hs256(R"({"sub":"ana","jti":"t-1"})")}) {
    EXPECT_NE(refusal(token), "");
  }
  EXPECT_EQ(refused_tokens(), before + 3);
}

}  // namespace
}  // namespace chat
