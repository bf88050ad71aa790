#include "api/parameters.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace chat::api {
namespace {

/// The sentence with which `read` refuses the parameters; empty: it takes them.
std::string fault_of(const std::string& text, const std::function<void(Parameters&)>& read) {
  try {
    Parameters parameters(text);
    read(parameters);
    parameters.expect_no_more();
    return {};
  } catch (const Failure& failure) {
    EXPECT_FALSE(failure.message.empty());
    return failure.message;
  }
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(Parameters, AreOneJsonObject) {
  const auto nothing = [](Parameters&) {};
  EXPECT_EQ(fault_of("{}", nothing), "");
  EXPECT_EQ(fault_of("[]", nothing), "the body must be one JSON object");
  for (const auto* text : {"", "{", "{} {}", R"({"a":1,"a":2})", R"({"a":"\ud800"})", "{\"a\":\"\xff\"}"}) {
    EXPECT_TRUE(fault_of(text, nothing).starts_with("the body is not readable: ")) << text;
  }
  EXPECT_NE(fault_of(R"({"a":)" + nested(20) + '}', nothing), "");
}

TEST(Parameters, ThatNoMethodHasAskedForAreNamed) {
  EXPECT_EQ(fault_of(R"({"room":"a","colour":"red"})", [](Parameters& p) { p.room(); }),
            "\"colour\" is no parameter of this method");
  EXPECT_EQ(fault_of(R"({"r\u006fom":"a"})", [](Parameters& p) { EXPECT_EQ(p.room(), "a"); }), "");
}

TEST(Parameters, ThatAreNullAreNotGiven) {
  const auto read = [](Parameters& p) {
    EXPECT_EQ(p.text("a"), std::nullopt);
    EXPECT_EQ(p.number("b"), std::nullopt);
    EXPECT_FALSE(p.flag("c"));
    EXPECT_TRUE(p.texts("d", 5).empty());
    EXPECT_EQ(p.optional_room(), std::nullopt);
    EXPECT_EQ(p.user(), std::nullopt);
  };
  EXPECT_EQ(fault_of("{}", read), "");
  EXPECT_EQ(fault_of(R"({"a":null,"b":null,"c":null,"d":null,"room":null,"channel":null,"user":null})", read), "");
}

TEST(Parameters, HaveTheirTypes) {
  const struct {
    const char *text, *fault;
    std::function<void(Parameters&)> read;
  } cases[] = {
      {R"({"a":1})", "\"a\" must be a text", [](Parameters& p) { p.text("a"); }},
      {R"({"a":"xyz"})", "\"a\" is longer than 2 bytes", [](Parameters& p) { p.text("a", 2); }},
      {R"({"a":"x\u0000"})", "\"a\" contains a NUL character", [](Parameters& p) { p.text("a"); }},
      {"{}", "\"a\" is missing", [](Parameters& p) { p.required_text("a"); }},
      {R"({"a":-1})", "\"a\" must be a whole number that is not negative", [](Parameters& p) { p.number("a"); }},
      {R"({"a":1.5})", "\"a\" must be a whole number that is not negative", [](Parameters& p) { p.number("a"); }},
      {R"({"a":"1"})", "\"a\" must be a whole number that is not negative", [](Parameters& p) { p.number("a"); }},
      {R"({"a":1e30})", "\"a\" must be a whole number that is not negative", [](Parameters& p) { p.number("a"); }},
      {R"({"a":1})", "\"a\" must be true or false", [](Parameters& p) { p.flag("a"); }},
      {R"({"a":"b"})", "\"a\" must be a list of texts", [](Parameters& p) { p.texts("a", 9); }},
      {R"({"a":[1]})", "\"a\" must be a text", [](Parameters& p) { p.texts("a", 9); }},
      {R"({"a":[]})", "\"a\" is an empty list", [](Parameters& p) { p.texts("a", 9); }},
      {R"({"a":["b","c"]})", "\"a\" has more than 1 items", [](Parameters& p) { p.texts("a", 1); }},
      {"{}", "\"room\" is missing", [](Parameters& p) { p.room(); }},
      {R"({"room":"a","channel":"a"})", "give \"room\" or \"channel\", not both", [](Parameters& p) { p.room(); }},
      {R"({"channel":"A"})", "a room's name is 1 to 64 of a-z 0-9 _ . -", [](Parameters& p) { p.room(); }},
      {"{}", "\"user\" is missing", [](Parameters& p) { p.required_user(); }},
      {R"({"user":""})", "\"user\" must be the subject of a token or the public id of a user",
       [](Parameters& p) { p.user(); }},
      {R"({"a":["ana",""]})", "\"a\" must be the subject of a token or the public id of a user",
       [](Parameters& p) { p.users("a", 9); }},
  };
  for (const auto& [text, fault, read] : cases) EXPECT_EQ(fault_of(text, read), fault) << text;
}

TEST(Parameters, NameAUserByTheSubjectOfTokensOrThePublicId) {
  EXPECT_EQ(fault_of(R"({"user":"ana","a":["bob","ana@example.org"]})",
                     [](Parameters& p) {
                       EXPECT_EQ(p.user(), "ana");
                       const auto users = p.users("a", 9);
                       EXPECT_EQ(users.at(0), "bob");
                       EXPECT_EQ(users.at(1).size(), 15U);
                     }),
            "");
}

TEST(Content, IsATextOrData) {
  const struct {
    const char *text, *value;
    Content::Kind kind;
  } cases[] = {
      {R"({"text":"hi"})", "hi", Content::Kind::text},
      {R"({"data":{"text":"hi"}})", "hi", Content::Kind::text},
      {R"({"data":{"text":"hi","more":1}})", R"({"text":"hi","more":1})", Content::Kind::data},
      {R"({"data":{"text":7}})", R"({"text":7})", Content::Kind::data},
      {R"({"data": [ 1, "a b" ] })", R"([1,"a b"])", Content::Kind::data},
      {R"({"data":"hi"})", R"("hi")", Content::Kind::data},
  };
  for (const auto& [text, value, kind] : cases) {
    EXPECT_EQ(fault_of(text,
                       [&](Parameters& p) {
                         const auto content = p.content();
                         EXPECT_EQ(content.value, value);
                         EXPECT_EQ(content.kind, kind);
                       }),
              "")
        << text;
  }
}

TEST(Content, ThatClientsCannotReadIsRefused) {
  const auto read = [](Parameters& p) { p.content(); };
  EXPECT_EQ(fault_of("{}", read), "a message needs \"text\" or \"data\", one of them");
  EXPECT_EQ(fault_of(R"({"text":"a","data":1})", read), "a message needs \"text\" or \"data\", one of them");
  EXPECT_EQ(fault_of(R"({"text":""})", read), "\"text\" is empty");
  EXPECT_EQ(fault_of(R"({"text":")" + std::string(4097, 'x') + "\"}", read), "a text has at most 4096 bytes");
  EXPECT_EQ(fault_of(R"({"data":)" + nested(7) + '}', read), "");
  EXPECT_TRUE(fault_of(R"({"data":)" + nested(8) + '}', read).starts_with("\"data\" is not readable for clients: "));
}

}  // namespace
}  // namespace chat::api
