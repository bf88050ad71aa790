// Headers and shapes of tokens. Each is signed with the right secret, so only the named fault makes it bad.
#include <gtest/gtest.h>

#include "support/made_tokens.hpp"

namespace chat {
namespace {

TEST(Header, IsAcceptedOrRefusedByItsMembers) {
  struct Case {
    std::string header;
    const char* outcome;
  };
  const Case cases[] = {
      {R"({"alg":"HS256"})", "valid"},
      {R"({"typ":"JWT","alg":"HS256"})", "valid"},
      {R"({"typ":"jwt","alg":"HS256"})", "valid"},
      {R"({"typ":"at+jwt","alg":"HS256"})", "valid"},
      {R"({"typ":"application/at+JWT","alg":"HS256"})", "valid"},
      {R"({"alg":"HS256","x":{"y":[1,2,3]}})", "valid"},
      {R"({"alg":"HS256","cty":"JWT"})", "valid"},
      {" {\r\n \"alg\" : \"HS256\" } ", "valid"},
      {R"({"\u0061lg":"HS\u0032\u0035\u0036"})", "valid"},
      {R"({"alg":"none"})", "unknown_algorithm"},
      {R"({"alg":"None"})", "unknown_algorithm"},
      {R"({"alg":"NONE"})", "unknown_algorithm"},
      {R"({"alg":"nOnE"})", "unknown_algorithm"},
      {R"({"alg":" none"})", "unknown_algorithm"},
      {R"({"alg":"none\u0000"})", "unknown_algorithm"},
      {R"({"alg":""})", "unknown_algorithm"},
      {R"({"alg":"hs256"})", "unknown_algorithm"},
      {R"({"alg":"HS256 "})", "unknown_algorithm"},
      {R"({"alg":"HS1"})", "unknown_algorithm"},
      {R"({"alg":"ES256K"})", "unknown_algorithm"},
      {R"({"alg":"Ed448"})", "unknown_algorithm"},
      {R"({"alg":"dir"})", "unknown_algorithm"},
      {R"({"alg":null})", "bad_header"},
      {R"({"alg":["HS256"]})", "bad_header"},
      {R"({"alg":256})", "bad_header"},
      {R"({"alg":{"HS256":1}})", "bad_header"},
      {"{}", "bad_header"},
      {"", "bad_header"},
      {"null", "bad_header"},
      {"[]", "bad_header"},
      {R"(["alg","HS256"])", "bad_header"},
      {R"("HS256")", "bad_header"},
      {R"({"alg":"HS256","alg":"HS256"})", "bad_header"},
      {R"({"alg":"none","\u0061lg":"HS256"})", "bad_header"},
      {R"({"alg":"HS256"}x)", "bad_header"},
      {R"({"alg":"HS256",})", "bad_header"},
      {R"({'alg':'HS256'})", "bad_header"},
      {std::string("{\"alg\":\"HS256\"}\0", 16), "bad_header"},
      {"\xef\xbb\xbf{\"alg\":\"HS256\"}", "bad_header"},
      {"{\"alg\":\"HS256\",\"x\":\"\xff\"}", "bad_header"},
      {R"({"alg":"HS256","x":[[[[[[[[[1]]]]]]]]]})", "bad_header"},
      {R"({"alg":"HS256","typ":"JWE"})", "bad_header"},
      {R"({"alg":"HS256","typ":""})", "bad_header"},
      {R"({"alg":"HS256","typ":7})", "bad_header"},
      {R"({"alg":"HS256","typ":null})", "bad_header"},
      {R"({"alg":"HS256","kid":1})", "bad_header"},
      {R"({"alg":"HS256","kid":null})", "bad_header"},
      {R"({"alg":"HS256","kid":")" + std::string(257, 'k') + R"("})", "bad_header"},
      {R"({"alg":"HS256","crit":["exp"]})", "critical_header"},
      {R"({"alg":"HS256","crit":[]})", "critical_header"},
      {R"({"alg":"HS256","crit":null})", "critical_header"},
      {R"({"alg":"HS256","b64":false,"crit":["b64"]})", "critical_header"},
  };
  for (const auto& [header, expected] : cases) EXPECT_EQ(outcome(hs256(kAna, header)), expected) << header;
}

/// A token cannot bring the key that verifies it.
TEST(Header, WithAKeyOrAUrlOfOneChangesNothing) {
  const std::string other(32, 'x');
  const std::string members[] = {R"("jwk":{"kty":"oct","k":")" + to_base64url(other) + R"("})",
                                 R"("jku":"https://example.org/keys")", R"("x5u":"https://example.org/keys")",
                                 R"("x5c":["AAAA"])"};
  for (const auto& member : members) {
    const auto header = R"({"alg":"HS256",)" + member + '}';
    EXPECT_EQ(outcome(ctl::Signer::with_secret(other, "").sign(header, kAna)), "bad_signature") << header;
    EXPECT_EQ(outcome(hs256(kAna, header)), "valid") << header;
  }
}

TEST(Shape, IsThreePartsWithoutPaddingAndNothingElse) {
  const auto token = hs256(kAna);
  const auto first = token.find('.');
  const auto second = token.rfind('.');
  ASSERT_EQ(outcome(token), "valid");
  const std::string bad[] = {"",
                             ".",
                             "..",
                             "...",
                             "x",
                             token.substr(0, second),
                             token.substr(first),
                             token + '.',
                             '.' + token,
                             token + ".e30",
                             token + ".e30.e30",
                             token + '=',
                             token + "\n",
                             ' ' + token,
                             token + ' ',
                             "Bearer " + token,
                             token + '\0',
                             std::string(token).insert(first, "="),
                             std::string(token).insert(second, "=="),
                             std::string(token).insert(second, "\r\n"),
                             std::string(token).replace(second, 1, ","),
                             std::string(token).replace(first + 1, 1, "+"),
                             std::string(token).replace(first + 1, 1, "/"),
                             std::string(token).replace(first + 1, 1, "\xc3")};
  for (const auto& text : bad) {
    const auto got = outcome(text);
    EXPECT_TRUE(got == "malformed" || got == "bad_header") << text << ": " << got;
  }
}

/// The last letter of a part has bits that no byte has; a second spelling would be a second token.
TEST(Shape, HasOneSpellingForASignature) {
  auto token = hs256(kAna);
  ++token.back();
  EXPECT_EQ(outcome(token), "malformed");
}

TEST(Shape, HasAtMost8KiB) {
  const auto with_size = [](std::size_t size) {
    std::string text = R"({"sub":"ana","x":")";
    for (;;) {
      auto token = hs256(text + R"("})");
      if (token.size() >= size) return token;
      text += 'x';
    }
  };
  EXPECT_EQ(outcome(with_size(kMaxTokenBytes - 4)), "valid");
  EXPECT_EQ(outcome(with_size(kMaxTokenBytes + 1)), "too_long");
  EXPECT_EQ(outcome(std::string(1 << 20, '.')), "too_long");
}

TEST(Fault, HasASentenceThatIsNeverTheTokens) {
  for (int i = 0; i <= static_cast<int>(TokenFault::too_many_rooms); ++i) {
    const auto fault = static_cast<TokenFault>(i);
    EXPECT_FALSE(name_of(fault).empty());
    EXPECT_TRUE(sentence_of(fault).ends_with('.')) << name_of(fault);
  }
}

}  // namespace
}  // namespace chat
