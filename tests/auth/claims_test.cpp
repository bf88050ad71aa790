// Payloads of tokens that are signed well: which claims are read, and which make the token bad.
#include <gtest/gtest.h>

#include "chat/core/names.hpp"
#include "support/made_tokens.hpp"

namespace chat {
namespace {

/// A payload with `members` besides the user.
std::string ana_with(const std::string& members) { return R"({"sub":"ana",)" + members + '}'; }
std::string at(long seconds) { return std::to_string(kNowSeconds + seconds); }
std::string repeat(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}
std::string quoted(std::size_t size) { return '"' + std::string(size, 'a') + '"'; }

TEST(Claims, AreReadFromAValidToken) {
  const auto verified = verify(hs256(
      ana_with(R"("name":"Ana","info":{ "team" : "red" },"jti":"t-1","iat":)" + at(-5) + R"(,"exp":)" + at(60) +
               R"(,"rooms":{"team.*":["join","send"]},"channels":["lobby","Room 1"],"subs":{"news:all":{"data":1}})")));
  ASSERT_EQ(outcome(verified), "valid");
  const auto& claims = std::get<Claims>(verified);
  EXPECT_EQ(claims.user_id, "ana");
  EXPECT_EQ(claims.name, "Ana");
  EXPECT_EQ(claims.info, R"({"team":"red"})");
  EXPECT_EQ(claims.token_id, "t-1");
  EXPECT_EQ(claims.issued_at, kNow - 5000);
  EXPECT_EQ(claims.expires_at, kNow + 60000);
  const Rights subscriber{Right::join, Right::history, Right::send};
  EXPECT_EQ(claims.rooms, (std::vector<RoomRights>{{"team.*", {Right::join, Right::send}},
                                                   {"lobby", subscriber},
                                                   {room_of_group("Room 1"), subscriber},
                                                   {room_of_group("news:all"), subscriber}}));
}

TEST(Claims, AreAbsentFromATokenThatHasOnlyAUser) {
  const auto claims = std::get<Claims>(verify(hs256(R"({"sub":"ana"})")));
  EXPECT_EQ(claims.name + claims.info + claims.token_id, "");
  EXPECT_FALSE(claims.issued_at || claims.expires_at);
  EXPECT_TRUE(claims.rooms.empty());
}

struct ClaimsCase {
  std::string payload;
  const char* outcome;
};

TEST(Claims, MakeATokenGoodOrBad) {
  const std::string many_rooms = repeat(R"("lobby",)", 63) + R"("lobby")";
  const ClaimsCase cases[] = {
      // the payload itself
      {"", "bad_payload"},
      {"null", "bad_payload"},
      {R"("ana")", "bad_payload"},
      {R"([{"sub":"ana"}])", "bad_payload"},
      {R"({"sub":"ana"}})", "bad_payload"},
      {R"({"sub":"ana"} {"sub":"bob"})", "bad_payload"},
      {R"({"sub":"ana","sub":"bob"})", "bad_payload"},
      {R"({"sub":"ana","s\u0075b":"bob"})", "bad_payload"},
      {R"({"sub":"ana","x":{"y":1,"y":2}})", "bad_payload"},
      {R"({"sub":"ana","x":"\ud800"})", "bad_payload"},
      {"{\"sub\":\"ana\",\"x\":\"\x01\"}", "bad_payload"},
      {"{\"sub\":\"ana\",\"x\":\"\xc0\xaf\"}", "bad_payload"},
      {R"({"sub":"ana","exp":NaN})", "bad_payload"},
      {R"({"sub":"ana","exp":1e999})", "bad_payload"},
      {ana_with(R"("x":)" + repeat("[", 7) + repeat("]", 7)), "valid"},
      {ana_with(R"("x":)" + repeat("[", 8) + repeat("]", 8)), "bad_payload"},
      {ana_with(R"("x":[)" + repeat("1,", 1100) + "1]"), "bad_payload"},
      // the user
      {"{}", "no_user"},
      {R"({"SUB":"ana"})", "no_user"},
      {R"({"user":"ana"})", "no_user"},
      {R"({"sub":""})", "bad_user"},
      {R"({"sub":null})", "bad_user"},
      {R"({"sub":42})", "bad_user"},
      {R"({"sub":["ana"]})", "bad_user"},
      {R"({"sub":"a b"})", "bad_user"},
      {R"({"sub":"a\nb"})", "bad_user"},
      {R"({"sub":"a\u0000"})", "bad_user"},
      {R"({"sub":")" + std::string(64, 'a') + R"("})", "valid"},
      {R"({"sub":")" + std::string(65, 'a') + R"("})", "bad_user"},
      {R"({"sub":"auth0|5f7c8ec7c33c6c004bbafe82"})", "valid"},
      {R"({"sub":"жук"})", "valid"},
      // times
      {ana_with(R"("exp":)" + at(1)), "valid"},
      {ana_with(R"("exp":)" + at(-29)), "valid"},
      {ana_with(R"("exp":)" + at(-30)), "expired"},
      {ana_with(R"("exp":)" + at(-31)), "expired"},
      {ana_with(R"("exp":0)"), "expired"},
      {ana_with(R"("exp":)" + at(10) + ".5"), "valid"},
      {ana_with(R"("exp":1.8e9)"), "valid"},
      {ana_with(R"("exp":-1)"), "bad_time"},
      {ana_with(R"("exp":1e30)"), "bad_time"},
      {ana_with(R"("exp":99999999999999999999)"), "bad_time"},
      {ana_with(R"("exp":")" + at(60) + '"'), "bad_time"},
      {ana_with(R"("exp":null)"), "bad_time"},
      {ana_with(R"("exp":true)"), "bad_time"},
      {ana_with(R"("exp":[1])"), "bad_time"},
      {ana_with(R"("nbf":)" + at(30)), "valid"},
      {ana_with(R"("nbf":)" + at(31)), "too_early"},
      {ana_with(R"("nbf":"soon")"), "bad_time"},
      {ana_with(R"("iat":)" + at(30)), "valid"},
      {ana_with(R"("iat":)" + at(31)), "too_early"},
      {ana_with(R"("iat":{})"), "bad_time"},
      // shown to others
      {ana_with(R"("name":"Ана 🎈")"), "valid"},
      {ana_with(R"("name":"")"), "bad_name"},
      {ana_with(R"("name":" ")"), "bad_name"},
      {ana_with(R"("name":"a\u202eb")"), "bad_name"},
      {ana_with(R"("name":7)"), "bad_name"},
      {ana_with(R"("name":null)"), "bad_name"},
      {ana_with(R"("name":)" + quoted(65)), "bad_name"},
      {ana_with(R"("info":null)"), "valid"},
      {ana_with(R"("info":)" + quoted(1022)), "valid"},
      {ana_with(R"("info":)" + quoted(1023)), "bad_info"},
      {ana_with(R"("info":[ )" + std::string(2000, ' ') + "]"), "valid"},
      {ana_with(R"("jti":)" + quoted(128)), "valid"},
      {ana_with(R"("jti":)" + quoted(129)), "bad_id"},
      {ana_with(R"("jti":"")"), "bad_id"},
      {ana_with(R"("jti":1)"), "bad_id"},
      {ana_with(R"("jti":"a\r\nb")"), "bad_id"},
      // rooms
      {ana_with(R"("rooms":{})"), "valid"},
      {ana_with(R"("rooms":{"*":[]})"), "valid"},
      {ana_with(R"("rooms":[])"), "bad_rooms"},
      {ana_with(R"("rooms":"*")"), "bad_rooms"},
      {ana_with(R"("rooms":null)"), "bad_rooms"},
      {ana_with(R"("rooms":{"*":"join"})"), "bad_rooms"},
      {ana_with(R"("rooms":{"*":["owner"]})"), "bad_rooms"},
      {ana_with(R"("rooms":{"*":["join",1]})"), "bad_rooms"},
      {ana_with(R"("rooms":{"":["join"]})"), "bad_rooms"},
      {ana_with(R"("rooms":{"Team *":["join"]})"), "bad_rooms"},
      {ana_with(R"("rooms":{")" + std::string(64, 'a') + R"(*":["join"]})"), "bad_rooms"},
      {ana_with(R"("channels":[)" + many_rooms + "]"), "valid"},
      {ana_with(R"("channels":[)" + many_rooms + R"(],"rooms":{"lobby":["join"]})"), "too_many_rooms"},
      {ana_with(R"("channels":[)" + many_rooms + R"(,"one more"])"), "too_many_rooms"},
      {ana_with(R"("channels":{})"), "bad_rooms"},
      {ana_with(R"("channels":[1])"), "bad_rooms"},
      {ana_with(R"("channels":[""])"), "bad_rooms"},
      {ana_with(R"("channels":[)" + quoted(129) + "]"), "bad_rooms"},
      {ana_with(R"("subs":{"lobby":{}})"), "valid"},
      {ana_with(R"("subs":{"lobby":true})"), "bad_rooms"},
      {ana_with(R"("subs":["lobby"])"), "bad_rooms"},
  };
  for (const auto& [payload, expected] : cases) EXPECT_EQ(outcome(hs256(payload)), expected) << payload;
}

/// A star in a channel's name is a letter, not a pattern.
TEST(Claims, OfACentrifugoChannelWithAStarGrantOneRoom) {
  const auto claims = std::get<Claims>(verify(hs256(ana_with(R"("channels":["*"])"))));
  ASSERT_EQ(claims.rooms.size(), 1U);
  EXPECT_TRUE(rights_in(claims.rooms, "lobby").empty());
}

TEST(Claims, MustNameTheIssuerAndTheAudienceIfTheSettingsDo) {
  const auto with = [](const std::string& members, VerifierSettings settings) {
    return outcome(verify(hs256(ana_with(members)), secret_keys(), std::move(settings)));
  };
  const VerifierSettings issuer{.issuer = "https://id.example"};
  EXPECT_EQ(with(R"("iss":"https://id.example")", issuer), "valid");
  EXPECT_EQ(with(R"("iss":"https://id.example/")", issuer), "wrong_issuer");
  EXPECT_EQ(with(R"("iss":["https://id.example"])", issuer), "wrong_issuer");
  EXPECT_EQ(with(R"("x":1)", issuer), "wrong_issuer");
  const VerifierSettings audience{.audience = "chat"};
  EXPECT_EQ(with(R"("aud":"chat")", audience), "valid");
  EXPECT_EQ(with(R"("aud":["other","chat"])", audience), "valid");
  EXPECT_EQ(with(R"("aud":[])", audience), "wrong_audience");
  EXPECT_EQ(with(R"("aud":["chats",1,null])", audience), "wrong_audience");
  EXPECT_EQ(with(R"("aud":{"chat":1})", audience), "wrong_audience");
  EXPECT_EQ(with(R"("x":1)", audience), "wrong_audience");
  EXPECT_EQ(with(R"("aud":"other","iss":"other")", {}), "valid");
}

TEST(Claims, NameTheUserWhereTheSettingsSay) {
  const VerifierSettings settings{.user_claim = "email"};
  const auto verified = verify(hs256(ana_with(R"("email":"ana@example.org")")), secret_keys(), settings);
  EXPECT_EQ(std::get<Claims>(verified).user_id, "ana@example.org");
  EXPECT_EQ(outcome(verify(hs256(R"({"sub":"ana"})"), secret_keys(), settings)), "no_user");
}

}  // namespace
}  // namespace chat
