#include "chat/base/digest.hpp"

#include <gtest/gtest.h>

#include <set>

namespace chat {
namespace {

TEST(Digest, AgreesWithThePublishedVectors) {
  // FIPS 180-4 examples.
  EXPECT_EQ(to_hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, MakesTheHmacOfThePublishedVectors) {
  // RFC 4231 §4.3, §4.7.
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Digest, ComparesSecretsInWhole) {
  EXPECT_TRUE(is_same_secret("secret", "secret"));
  EXPECT_FALSE(is_same_secret("secret", "secreT"));
  EXPECT_FALSE(is_same_secret("secret", "secre"));
  EXPECT_TRUE(is_same_secret("", ""));
}

TEST(Digest, MakesTheWebSocketAnswerOfItsStandard) {
  // RFC 6455 §1.3.
  EXPECT_EQ(to_base64(sha1("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11")),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(Digest, WritesBase64) {
  // RFC 4648 §10.
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"},
                                                       {"\xfb\xff", "+/8="}};
  for (const auto& [bytes, text] : cases) EXPECT_EQ(to_base64(bytes), text);
}

TEST(Digest, WritesBase64ForUrlsWithoutPadding) {
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(to_base64url(""), "");
  EXPECT_EQ(to_base64url("f"), "Zg");
}

TEST(Digest, WritesHexadecimal) { EXPECT_EQ(to_hex(std::string_view("\x00\x0f\xa5\xff", 4)), "000fa5ff"); }

TEST(Digest, WritesAndReadsBase32) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "my"},
                                                         {"fo", "mzxq"},
                                                         {"foo", "mzxw6"},
                                                         {"foob", "mzxw6yq"},
                                                         {"fooba", "mzxw6ytb"},
                                                         {"foobar", "mzxw6ytboi"}};  // RFC 4648 §10
  for (const auto& [bytes, letters] : vectors) {
    EXPECT_EQ(to_base32(bytes), letters);
    EXPECT_EQ(from_base32(letters), bytes);
  }
  for (const char* wrong : {"MY", "m1", "m=", "m "}) EXPECT_EQ(from_base32(wrong), "") << wrong;
}

TEST(Digest, DrawsADifferentSecretEachTime) {
  EXPECT_EQ(random_hex(16).size(), 32U);
  EXPECT_NE(random_hex(16), random_hex(16));
  EXPECT_EQ(random_hex(0), "");
}

TEST(Digest, NeverDrawsTheSameBytesAgainHoweverManyAreDrawn) {
  std::set<std::string> drawn;
  for (std::size_t size = 8; size < 2000; size += 7) {
    const std::string bytes = random_bytes(size);
    ASSERT_EQ(bytes.size(), size);
    EXPECT_TRUE(drawn.insert(bytes.substr(0, 8)).second);
    EXPECT_TRUE(drawn.insert(bytes.substr(size - 7)).second);
  }
}

}  // namespace
}  // namespace chat
