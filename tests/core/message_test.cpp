#include "chat/core/message.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(MessageBody, HasWhatEverybodySees) {
  const Draft draft{{"u1", "Ana \"A\""}, {Content::Kind::text, "Olá\n"}, 1'795'262'400'123, "chat-2", "s", 0};
  EXPECT_EQ(encode_body(draft),
            R"({"from":{"id":"u1","name":"Ana \"A\""},"text":"Olá\n","time":1795262400123,"node":"chat-2"})");
}

TEST(MessageBody, HasSenderAndNumberWhereTheSendHadThem) {
  const Draft draft{{"u1", "Ana"}, {Content::Kind::text, "hi"}, 1, "chat-2", "s4nd3r", 7};
  EXPECT_EQ(encode_body(draft),
            R"({"from":{"id":"u1","name":"Ana"},"text":"hi","time":1,"node":"chat-2","sender":"s4nd3r","seq":7})");
}

TEST(MessageBody, NamesASenderWhoIsTheAuthorOnce) {
  const Draft draft{{"u1", "Ana"}, {Content::Kind::text, "hi"}, 1, "chat-2", "u1", 7};
  EXPECT_EQ(encode_body(draft), R"({"from":{"id":"u1","name":"Ana"},"text":"hi","time":1,"node":"chat-2","seq":7})");
}

TEST(MessageBody, CarriesDataAsItIs) {
  const Draft draft{{"u1", "Ana"}, {Content::Kind::data, R"({"a":[1,null]})"}, 1, "chat-2", "", 0};
  EXPECT_EQ(encode_body(draft), R"({"from":{"id":"u1","name":"Ana"},"data":{"a":[1,null]},"time":1,"node":"chat-2"})");
}

TEST(MessageBody, IsOneLineWhateverIsSaid) {
  std::string text;
  for (char c = 1; c < 127; ++c) text += c;
  const auto body = encode_body({{"u1", text}, {Content::Kind::text, text}, 1, "n", "", 0});
  EXPECT_EQ(body.find('\n'), std::string::npos);
  EXPECT_EQ(decode_body(body).view(), body);
}

TEST(MessageBody, OfAnotherProgramIsPassedOnOnlyIfItIsOne) {
  EXPECT_EQ(decode_body(R"({"x":1})").view(), R"({"x":1})");
  for (const char* junk : {"", "{", "{}", "x", "[1]", "{\"x\":\n1}", " {\"x\":1}", "{\"x\":1} ", "{\"x\":\"\xff\"}",
                           "{\"x\":\"\xed\xa0\x80\"}"}) {
    EXPECT_EQ(decode_body(junk).view(), R"({"data":null})") << junk;
  }
}

TEST(MessageBody, IsTakenFromOutsideInAnyScript) {
  for (const char* body :
       {R"({"text":"olá, ñandú, 你好 😀, and a long line behind it that is plain"})", "{\"x\":\"\x7f\t\"}"}) {
    EXPECT_EQ(decode_body(body).view(), body);
  }
}

TEST(MessageBody, IsNotTakenFromOutsideIfItIsLongerThanAnyOfOurs) {
  const auto body = [](std::size_t bytes) { return '{' + std::string(bytes - 2, 'x') + '}'; };
  EXPECT_EQ(decode_body(body(128 * 1024)).size(), 128U * 1024);
  EXPECT_EQ(decode_body(body(128 * 1024 + 1)).view(), R"({"data":null})");
}

}  // namespace
}  // namespace chat
