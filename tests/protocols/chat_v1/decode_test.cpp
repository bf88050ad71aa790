#include <gtest/gtest.h>

#include "chat/core/limits.hpp"
#include "protocols/chat_v1/decode.hpp"

namespace chat {
namespace {

using namespace std::string_literals;

Request decode_one(std::string_view text) {
  std::vector<Request> requests;
  decode_json(text, requests);
  EXPECT_EQ(requests.size(), 1U) << text.substr(0, 80);
  return requests.empty() ? Request{} : requests[0];
}

std::string code_of(std::string_view text) {
  const auto request = decode_one(text);
  const auto* failure = std::get_if<Failure>(&request.command);
  if (failure == nullptr) return "none";
  EXPECT_FALSE(failure->message.empty());
  return std::string(to_text(failure->code));
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

std::string send_text(const std::string& text) { return R"({"type":"send","room":"l","text":")" + text + "\"}"; }
std::string send_data(const std::string& data) { return R"({"type":"send","room":"l","data":)" + data + "}"; }

TEST(JsonDecode, RefusesWhatIsNotJson) {
  for (const auto& text :
       {""s, " "s, "nonsense"s, "{"s, "}"s, "[1,"s, "{\"type\":\"node\"}x"s, "{\"type\":\"node\"}{}"s,
        "{'type':'node'}"s, "{\"type\":\"node\",}"s, "{type:\"node\"}"s, "{\"type\":NaN}"s,
        "{\"a\":Infinity,\"type\":\"node\"}"s, "{\"type\":\"node\",\"a\":1e400}"s, "{\"type\":\"node\",\"a\":01}"s,
        "// x\n{\"type\":\"node\"}"s, "{\"type\":\"no\nde\"}"s, "\0"s}) {
    EXPECT_EQ(code_of(text), "bad_request") << text;
  }
}

TEST(JsonDecode, RefusesWhatStandsBehindANulCharacter) {
  EXPECT_EQ(code_of("{\"type\":\"node\"}\0"s), "bad_request");
  EXPECT_EQ(code_of("{\"type\":\"node\"}\0 and anything at all"s), "bad_request");
}

TEST(JsonDecode, RefusesWhatIsNoRequest) {
  for (const auto& text : {"1"s, "null"s, "\"node\""s, "[]"s, "[1]"s, "[[]]"s, "{}"s, R"({"type":5})"s,
                           R"({"type":null})"s, R"({"Type":"node"})"s}) {
    EXPECT_EQ(code_of(text), "bad_request") << text;
  }
  for (const auto& text :
       {R"({"type":""})"s, R"({"type":"NODE"})"s, R"({"type":"node "})"s, R"({"type":"__proto__"})"s}) {
    EXPECT_EQ(code_of(text), "unknown_type") << text;
  }
}

TEST(JsonDecode, RefusesADuplicateMemberAtAnyDepth) {
  EXPECT_EQ(code_of(R"({"type":"node","type":"node"})"), "bad_request");
  EXPECT_EQ(code_of(send_data(R"({"a":{"b":1,"b":2}})")), "bad_request");
  EXPECT_EQ(code_of(R"({"type":"node","\u0074ype":"node"})"), "bad_request");
}

TEST(JsonDecode, RefusesNestingBeyondItsLimitWithoutRecursion) {
  const auto nested = [](std::size_t depth) { return send_data(repeated("[", depth) + repeated("]", depth)); };
  EXPECT_EQ(code_of(nested(limits::kJsonDepth - 1)), "none");
  EXPECT_EQ(code_of(nested(limits::kJsonDepth)), "bad_request");
  EXPECT_EQ(code_of(repeated("[", 100'000)), "bad_request");
  EXPECT_EQ(code_of(repeated("{\"a\":", 100'000)), "bad_request");
}

TEST(JsonDecode, RefusesMoreMembersThanItsLimit) {
  const auto items = [](std::size_t count) { return send_data("[" + repeated("1,", count - 1) + "1]"); };
  EXPECT_EQ(code_of(items(limits::kJsonMembers - 3)), "none");  // the request has three of its own
  EXPECT_EQ(code_of(items(limits::kJsonMembers - 2)), "bad_request");
  std::string object = R"({"type":"node")";
  for (int i = 0; i < 1000; ++i) object += ",\"k" + std::to_string(i) + "\":1";
  EXPECT_EQ(code_of(object + "}"), "bad_request");
}

TEST(JsonDecode, RefusesTextThatIsNoUnicode) {
  for (const char* text :
       {"\\ud800", "\\udc00", "\\ud800\\ud800", "\\ud800x", "\\uZZZZ", "\xff", "\xC3", "\xED\xA0\x80", "\xC0\xAF"}) {
    EXPECT_EQ(code_of(send_text(text)), "bad_request") << text;
  }
  EXPECT_EQ(std::get<Send>(decode_one(send_text("\\ud83d\\ude00")).command).content.value, "😀");
}

TEST(JsonDecode, RefusesNulInTexts) {
  EXPECT_EQ(code_of(send_text("a\\u0000b")), "bad_request");
  EXPECT_EQ(code_of(R"({"type":"hello","name":"a\u0000"})"), "bad_request");
}

TEST(JsonDecode, TakesTextsUpToTheirLimitInBytes) {
  EXPECT_EQ(code_of(send_text(std::string(4096, 'x'))), "none");
  EXPECT_EQ(code_of(send_text(std::string(4097, 'x'))), "too_large");
  EXPECT_EQ(code_of(send_text(repeated("é", 2048))), "none");
  EXPECT_EQ(code_of(send_text(repeated("é", 2049))), "too_large");
  EXPECT_EQ(code_of(send_text("")), "bad_request");
  EXPECT_EQ(code_of(send_data("\"" + std::string(4094, 'x') + "\"")), "none");
  EXPECT_EQ(code_of(send_data("\"" + std::string(4095, 'x') + "\"")), "too_large");
}

TEST(JsonDecode, WantsTextOrDataButNotBoth) {
  EXPECT_EQ(code_of(R"({"type":"send","room":"l"})"), "bad_request");
  EXPECT_EQ(code_of(R"({"type":"send","room":"l","text":"a","data":1})"), "bad_request");
  EXPECT_EQ(code_of(R"({"type":"send","room":"l","text":5})"), "bad_request");
  for (const char* data : {"null", "0", "false", "\"\"", "{}", "[]", "1.5"})
    EXPECT_EQ(code_of(send_data(data)), "none") << data;
}

TEST(JsonDecode, TakesOnlyWholeNumbersAJavaScriptClientCanCount) {
  const auto send = [](const std::string& n) { return R"({"type":"send","room":"l","text":"a","seq":)" + n + "}"; };
  for (const char* n : {"1", "9007199254740991"}) EXPECT_EQ(code_of(send(n)), "none") << n;
  for (const char* n :
       {"0", "-1", "1.0", "1.5", "1e3", "9007199254740992", "18446744073709551616", "1e308", "\"1\"", "true", "[]"}) {
    EXPECT_EQ(code_of(send(n)), "bad_request") << n;
  }
}

TEST(JsonDecode, TakesNullForWhatIsLeftOut) {
  for (const char* text :
       {R"({"type":"hello","name":"Z","identity_secret":null,"producer":null})", R"({"type":"hello","name":null})",
        R"({"type":"join","id":1,"room":"a","history":null})", R"({"type":"join","id":null,"room":"a","cursor":null})",
        R"({"type":"join","room":"a","cursor":{"epoch":"e","offset":null}})",
        R"({"type":"send","room":"a","text":"x","seq":null,"name":null,"data":null})",
        R"({"type":"send","room":"a","text":null,"data":1})",
        R"({"type":"history","room":"a","before":null,"after":null,"limit":null})"}) {
    EXPECT_EQ(code_of(text), "none") << text;
  }
  const auto join = decode_one(R"({"type":"join","id":1,"room":"a","history":null})");
  EXPECT_EQ(std::get<Join>(join.command).history, limits::kDefaultPageMessages);
  EXPECT_EQ(code_of(R"({"type":"send","room":"a","text":null})"), "bad_request");
}

TEST(JsonDecode, TakesNullAsData) {
  for (const char* text :
       {R"({"type":"send","room":"a","data":null})", R"({"type":"send","room":"a","text":null,"data":null})"}) {
    const auto send = std::get<Send>(decode_one(text).command);
    EXPECT_EQ(send.content.kind, Content::Kind::data);
    EXPECT_EQ(send.content.value, "null");
  }
}

TEST(JsonDecode, RefusesMembersOfAnotherKind) {
  for (const char* text : {R"({"type":"join"})", R"({"type":"join","room":5})", R"({"type":"join","room":null})",
                           R"({"type":"join","room":"l","history":-1})", R"({"type":"join","room":"l","cursor":5})",
                           R"({"type":"join","room":"l","cursor":[]})", R"({"type":"join","room":"l","cursor":{}})",
                           R"({"type":"join","room":"l","cursor":{"epoch":5}})",
                           R"({"type":"join","room":"l","cursor":{"epoch":"e","offset":-1}})",
                           R"({"type":"hello","name":5})", R"({"type":"hello","identity_secret":[]})",
                           R"({"type":"hello","producer":{}})", R"({"type":"history","room":"l","before":"x"})"}) {
    EXPECT_EQ(code_of(text), "bad_request") << text;
  }
  EXPECT_EQ(code_of(R"({"type":"hello","identity_secret":")" + std::string(65, 'x') + "\"}"), "bad_request");
  EXPECT_EQ(code_of(R"({"type":"join","room":"l","cursor":null})"), "none");
}

TEST(JsonDecode, LeavesTheJudgementOfRoomNamesToTheSession) {
  EXPECT_EQ(std::get<Join>(decode_one(R"({"type":"join","room":"No Room"})").command).room, "No Room");
  EXPECT_EQ(code_of(R"({"type":"join","room":")" + std::string(5000, 'x') + "\"}"), "none");
}

TEST(JsonDecode, TakesIdsThatAreWholeNumbersOrShortTexts) {
  const auto with_id = [](const std::string& id) { return R"({"type":"node","id":)" + id + "}"; };
  for (const auto& id : {"0"s, "-1"s, "18446744073709551615"s, "\"\""s, "\"a\""s, '"' + std::string(64, 'x') + '"'}) {
    EXPECT_EQ(decode_one(with_id(id)).id, id);
  }
  EXPECT_EQ(decode_one(with_id("null")).id, "");
  for (const auto& id : {"1.5"s, "true"s, "[]"s, "{}"s, '"' + std::string(65, 'x') + '"'}) {
    EXPECT_EQ(code_of(with_id(id)), "bad_request") << id;
    EXPECT_EQ(decode_one(with_id(id)).id, "");
  }
}

TEST(JsonDecode, KeepsTheIdOfARequestThatIsRefused) {
  EXPECT_EQ(decode_one(R"({"type":"nonsense","id":7})").id, "7");
  EXPECT_EQ(decode_one(R"({"id":"x","type":"join"})").id, "\"x\"");
}

TEST(JsonDecode, TakesAFrameOfUpToSoManyRequests) {
  const auto frame = [](std::size_t count) {
    return "[" + repeated(R"({"type":"node"},)", count - 1) + R"({"type":"node"}])";
  };
  std::vector<Request> requests;
  decode_json(frame(limits::kCommandsPerFrame), requests);
  EXPECT_EQ(requests.size(), limits::kCommandsPerFrame);
  EXPECT_EQ(code_of(frame(limits::kCommandsPerFrame + 1)), "bad_request");
}

TEST(JsonDecode, WatchesUnlessTheClientSaysOtherwise) {
  const auto on = [](const std::string& json) { return std::get<WatchCluster>(decode_one(json).command).on; };
  EXPECT_TRUE(on(R"({"type":"watch"})"));
  EXPECT_TRUE(on(R"({"type":"watch","on": true })"));
  EXPECT_FALSE(on(R"({"type":"watch","on":false})"));
  EXPECT_EQ(code_of(R"({"type":"watch","on":1})"), "bad_request");
  const auto details = [](const std::string& json) { return std::get<WatchCluster>(decode_one(json).command).details; };
  EXPECT_TRUE(details(R"({"type":"watch","details":true})"));
  EXPECT_FALSE(details(R"({"type":"watch","on":true})"));
  EXPECT_EQ(code_of(R"({"type":"watch","details":"all"})"), "bad_request");
}

TEST(JsonDecode, ReadsWhetherAClientWantsItsMessagesTraced) {
  const auto trace = [](std::string_view text) { return std::get<Hello>(decode_one(text).command).trace; };
  EXPECT_EQ(trace(R"({"type":"hello","trace":true})"), true);
  EXPECT_EQ(trace(R"({"type":"hello","trace":false})"), false);
  EXPECT_EQ(trace(R"({"type":"hello","name":"Ana"})"), std::nullopt);
  EXPECT_EQ(code_of(R"({"type":"hello","trace":"yes"})"), "bad_request");
}

TEST(JsonDecode, ReadsWhichTraceAClientAsksFor) {
  const auto request = decode_one(R"({"type":"trace","id":4,"room":"lobby","offset":57})");
  EXPECT_EQ(std::get<ReadTrace>(request.command).room, "lobby");
  EXPECT_EQ(std::get<ReadTrace>(request.command).offset, 57U);
  for (const auto* text : {R"({"type":"trace","room":"lobby"})", R"({"type":"trace","offset":57})",
                           R"({"type":"trace","room":"lobby","offset":-1})"}) {
    EXPECT_EQ(code_of(text), "bad_request") << text;
  }
}

TEST(JsonDecode, IgnoresMembersItDoesNotKnow) {
  EXPECT_EQ(code_of(R"({"type":"node","from":"x","time":5,"later":{"a":[]}})"), "none");
}

}  // namespace
}  // namespace chat
