#include "chat/hooks/hook_answers.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

template <class Answer>
std::string fault(Result<Answer> (*read)(std::string_view), const std::string& body) {
  const auto answer = read(body);
  return answer ? "none" : answer.error().message;
}

struct Case {
  std::string body;
  std::string sentence;
};
template <class Answer>
void expect_faults(Result<Answer> (*read)(std::string_view), const std::vector<Case>& cases) {
  for (const auto& [body, sentence] : cases) EXPECT_EQ(fault(read, body), sentence) << body.substr(0, 100);
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(HookAnswers, AnEmptyObjectChangesNothing) {
  EXPECT_FALSE(connect_answer("{}")->deny || connect_answer("{}")->user || connect_answer("{}")->expires_at);
  EXPECT_FALSE(join_verdict(" {} ")->deny || join_verdict("{}")->rights);
  EXPECT_FALSE(message_answer("{}")->deny || message_answer("{}")->content);
  EXPECT_FALSE(call_answer("{}")->result || call_answer("{}")->error || call_answer("{}")->is_streamed);
}

TEST(HookAnswers, WhatIsNoJsonObjectIsAFault) {
  for (const std::string body :
       {"", "null", "[]", "\"deny\"", "{", "{}{}", "{\"deny\":\"a\",\"deny\":\"b\"}", "<html>"}) {
    EXPECT_TRUE(fault(&join_verdict, body).starts_with("the answer is no ")) << fault(&join_verdict, body);
  }
  EXPECT_EQ(fault(&join_verdict, std::string(kHookAnswerBytes + 1, ' ')), "the answer has more than 64 KiB");
}

TEST(HookAnswers, ConnectNamesTheUserAndItsRights) {
  const auto answer = connect_answer(R"({"user":{"id":"ana@example.org","name":"Ana","info":{"vip": true}},
      "rooms":{"team.*":["join","send"],"lobby":[]},"expires_at":1795262400000})");
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_TRUE(answer->user);
  EXPECT_EQ(answer->user->subject, "ana@example.org");
  EXPECT_EQ(answer->user->name, "Ana");
  EXPECT_EQ(answer->user->info, R"({"vip":true})");
  const std::vector<RoomRights> rooms{{"team.*", {Right::join, Right::send}}, {"lobby", {}}};
  EXPECT_EQ(answer->rooms, rooms);
  EXPECT_EQ(answer->expires_at, 1'795'262'400'000);
}

TEST(HookAnswers, ADenialHasAReason) {
  EXPECT_EQ(connect_answer(R"({"deny":"Pay first"})")->deny, "Pay first");
  EXPECT_EQ(join_verdict(R"({"deny":""})")->deny, "");
  EXPECT_EQ(message_answer(R"({"deny":"one\ntwo"})")->deny, "one two");
  EXPECT_EQ(call_answer(R"({"error":"sold out"})")->error, "sold out");
}

TEST(HookAnswers, ADenialOfConnectMayHaveAStatus) {
  EXPECT_EQ(connect_answer(R"({"deny":"Pay first"})")->status, 403u);
  EXPECT_EQ(connect_answer(R"({"deny":"Pay first","status":402})")->status, 402u);
  EXPECT_EQ(fault(&connect_answer, R"({"deny":"","status":500})"), "status must be a number from 400 to 499");
  EXPECT_EQ(fault(&connect_answer, R"({"status":401})"), "status is for deny");
  EXPECT_EQ(fault(&connect_answer, R"({"deny":"","user":{"id":"a"}})"), "deny must stand alone");
}

TEST(HookAnswers, ALongReasonIsCutBetweenCharacters) {
  std::string reason = "x";
  for (int i = 0; i < 200; ++i) reason += "é";
  const auto answer = join_verdict(R"({"deny":")" + reason + "\"}");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->deny, reason.substr(0, 199));
}

TEST(HookAnswers, ConnectRefusesWhatItDoesNotKnow) {
  expect_faults(
      &connect_answer,
      {{R"({"users":1})", "users is unknown"},
       {R"({"deny":1})", "deny must be a text"},
       {R"({"deny":"no","user":{"id":"a"}})", "deny must stand alone"},
       {R"({"user":"ana"})", "user must be an object"},
       {R"({"user":{}})", "user.id must be 1 to 64 bytes without blanks"},
       {R"({"user":{"id":7}})", "user.id must be 1 to 64 bytes without blanks"},
       {R"({"user":{"id":"a b"}})", "user.id must be 1 to 64 bytes without blanks"},
       {R"({"user":{"id":")" + std::string(65, 'a') + R"("}})", "user.id must be 1 to 64 bytes without blanks"},
       {R"({"user":{"id":"a","name":""}})", "user.name must be a visible name of 1 to 64 bytes"},
       {R"({"user":{"id":"a","mail":""}})", "user.mail is unknown"},
       {R"({"user":{"id":"a","info":")" + std::string(1024, 'i') + R"("}})", "user.info is longer than 1024 bytes"},
       {R"({"rooms":[]})", "rooms must be an object of patterns and their rights"},
       {R"({"rooms":{"No room":[]}})", "rooms has a member that is no room and no pattern"},
       {R"({"rooms":{"a":"join"}})", "rooms must be a list of rights"},
       {R"({"rooms":{"a":["jump"]}})",
        "rooms has an entry that is no right: join, history, send, typing, presence, moderate, admin"},
       {R"({"expires_at":1795262400})", "expires_at must be a time in milliseconds since 1970"},
       {R"({"expires_at":"soon"})", "expires_at must be a time in milliseconds since 1970"}});
}

TEST(HookAnswers, JoinMayGiveRights) {
  EXPECT_EQ(join_verdict(R"({"rights":["join","history"]})")->rights, (Rights{Right::join, Right::history}));
  EXPECT_EQ(join_verdict(R"({"rights":[]})")->rights, Rights());
  expect_faults(&join_verdict, {{R"({"rights":null})", "rights must be a list of rights"},
                                {R"({"deny":"no","rights":[]})", "deny must stand alone"},
                                {R"({"allow":true})", "allow is unknown"}});
}

TEST(HookAnswers, MessageMayReplaceTheContent) {
  const auto text = message_answer(R"({"content":{"text":"***"}})");
  ASSERT_TRUE(text && text->content);
  EXPECT_EQ(text->content->kind, Content::Kind::text);
  EXPECT_EQ(text->content->value, "***");
  const auto data = message_answer(R"({"content":{"data":{"a": [1, 2]}}})");
  ASSERT_TRUE(data && data->content);
  EXPECT_EQ(data->content->kind, Content::Kind::data);
  EXPECT_EQ(data->content->value, R"({"a":[1,2]})");
  EXPECT_EQ(message_answer(R"({"content":{"data":null}})")->content->value, "null");
}

TEST(HookAnswers, MessageRefusesContentThatNoClientMaySend) {
  expect_faults(
      &message_answer,
      {{R"({"content":"***"})", "content must be an object"},
       {R"({"content":{}})", "content must have one of text and data"},
       {R"({"content":{"text":"a","data":1}})", "content must have one of text and data"},
       {R"({"content":{"text":""}})", "content.text must be a text that is not empty"},
       {R"({"content":{"text":1}})", "content.text must be a text that is not empty"},
       {R"({"content":{"text":"a\u0000"}})", "content.text has a NUL character"},
       {R"({"content":{"text":")" + std::string(4097, 'a') + R"("}})", "content.text is longer than 4096 bytes"},
       {R"({"content":{"data":")" + std::string(16 * 1024, 'a') + R"("}})", "content.data is longer than 16384 bytes"},
       {R"({"content":{"text":"a","from":"b"}})", "content.from is unknown"}});
}

// It stands one level deeper in the stored message, which has 8 levels as everything from clients.
TEST(HookAnswers, DataOfAMessageIsNestedAsDeepAsThatOfClients) {
  const auto content = [](std::size_t depth) { return R"({"content":{"data":)" + nested(depth) + "}}"; };
  EXPECT_EQ(fault(&message_answer, content(7)), "none");
  EXPECT_TRUE(fault(&message_answer, content(8)).starts_with("content.data is no usable JSON"));
  const auto publish = [](std::size_t depth) {
    return R"({"publish":[{"room":"lobby","data":)" + nested(depth) + "}]}";
  };
  EXPECT_EQ(fault(&call_answer, publish(7)), "none");
  EXPECT_TRUE(fault(&call_answer, publish(8)).starts_with("publish[0].data is no usable JSON"));
  EXPECT_EQ(fault(&call_answer, R"({"result":)" + nested(8) + "}"), "none");
  EXPECT_TRUE(fault(&call_answer, R"({"result":)" + nested(9) + "}").starts_with("result is no usable JSON"));
}

TEST(HookAnswers, DataOfAMessageHasAsManyMembersAsThatOfClients) {
  const auto publish = [](int members) {
    std::string data;
    for (int i = 0; i < members; ++i) data += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":1";
    return R"({"publish":[{"room":"lobby","data":{)" + data + "}}]}";
  };
  EXPECT_EQ(fault(&call_answer, publish(512)), "none");
  EXPECT_TRUE(fault(&call_answer, publish(513)).starts_with("publish[0].data is no usable JSON"));
}

TEST(HookAnswers, CallGivesAResultAndActions) {
  const auto answer = call_answer(R"({"result":{"stock": 3},
      "publish":[{"room":"lobby","text":"sold","name":"Shop"},{"room":"log","data":[1]}],
      "notify":[{"users":["ana","bob"],"event":"cart","data":{}},{"sessions":["s1"],"event":"x","data":null},
                {"rooms":["lobby"],"event":"y","data":1}]})");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->result, R"({"stock":3})");
  ASSERT_EQ(answer->actions.publish.size(), 2u);
  EXPECT_EQ(answer->actions.publish[0].room, "lobby");
  EXPECT_EQ(answer->actions.publish[0].content.value, "sold");
  EXPECT_EQ(answer->actions.publish[0].name, "Shop");
  EXPECT_EQ(answer->actions.publish[1].content.kind, Content::Kind::data);
  ASSERT_EQ(answer->actions.notify.size(), 3u);
  EXPECT_EQ(answer->actions.notify[0].target, HookNotification::Target::users);
  EXPECT_EQ(answer->actions.notify[0].names, (std::vector<std::string>{"ana", "bob"}));
  EXPECT_EQ(answer->actions.notify[0].event, "cart");
  EXPECT_EQ(answer->actions.notify[1].target, HookNotification::Target::sessions);
  EXPECT_EQ(answer->actions.notify[2].target, HookNotification::Target::rooms);
  EXPECT_EQ(answer->actions.notify[2].data, "1");
}

TEST(HookAnswers, CallMayGiveAStreamOfPages) {
  const auto answer = call_answer(R"({"results":[1,{"b": 2},null]})");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->is_streamed);
  EXPECT_EQ(answer->items, (std::vector<std::string>{"1", R"({"b":2})", "null"}));
  EXPECT_TRUE(call_answer(R"({"results":[]})")->is_streamed);
}

TEST(HookAnswers, CallMayNameTheNextPage) {
  EXPECT_EQ(call_answer(R"({"results":[1],"next":"p2"})")->next, "p2");
  EXPECT_EQ(call_answer(R"({"results":[1]})")->next, "");
  expect_faults(&call_answer, {{R"({"next":"p2"})", "next needs results"},
                               {R"({"results":[],"next":""})", "next must be a text that is not empty"}});
}

TEST(HookAnswers, MessageMayHaveActions) {
  const auto answer = message_answer(
      R"({"content":{"text":"a"},"publish":[{"room":"log","text":"b"}],"notify":[{"rooms":["a"],"except":"ana","event":"e","data":1}]})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->actions.publish.at(0).room, "log");
  EXPECT_EQ(answer->actions.notify.at(0).except, "ana");
  expect_faults(&message_answer, {{R"({"deny":"no","publish":[]})", "deny must stand alone"},
                                  {R"({"notify":[{"users":["a"],"except":"b","event":"e","data":1}]})",
                                   "notify[0].except is for rooms"}});
}

TEST(HookAnswers, CallRefusesWhatItDoesNotKnow) {
  std::string many = "[1";
  for (int i = 0; i < 64; ++i) many += ",1";
  expect_faults(&call_answer,
                {{R"({"results":1})", "results must be a list"},
                 {R"({"results":)" + many + "]}", "results has more than 64 items"},
                 {R"({"result":1,"results":[]})", "result and results exclude each other"},
                 {R"({"result":1,"error":"no"})", "error must stand alone"},
                 {R"({"error":"no","publish":[]})", "error must stand alone"},
                 {R"({"publish":{}})", "publish must be a list"},
                 {R"({"publish":[1]})", "publish[0] must be an object"},
                 {R"({"publish":[{"text":"a"}]})", "publish[0].room must be the name of a room"},
                 {R"({"publish":[{"room":"a","text":"b"},{"room":"A b","text":"a"}]})",
                  "publish[1].room must be the name of a room"},
                 {R"({"publish":[{"room":"a"}]})", "publish[0] must have one of text and data"},
                 {R"({"publish":[{"room":"a","text":"b","from":"c"}]})", "publish[0].from is unknown"},
                 {R"({"publish":[{"room":"a","text":"b","name":" "}]})",
                  "publish[0].name must be a visible name of 1 to 64 bytes"},
                 {R"({"notify":[{"event":"a","data":1}]})", "notify[0] must have one of users, sessions and rooms"},
                 {R"({"notify":[{"users":["a"],"rooms":["b"],"event":"a","data":1}]})",
                  "notify[0] must have one of users, sessions and rooms"},
                 {R"({"notify":[{"users":[],"event":"a","data":1}]})", "notify[0].users is empty"},
                 {R"({"notify":[{"users":"ana","event":"a","data":1}]})", "notify[0].users must be a list of texts"},
                 {R"({"notify":[{"rooms":["No"],"event":"a","data":1}]})",
                  "notify[0].rooms has an entry that is no name of a room"},
                 {R"({"notify":[{"users":["a"],"data":1}]})", "notify[0].event is missing"},
                 {R"({"notify":[{"users":["a"],"event":"","data":1}]})",
                  "notify[0].event is 1 to 64 bytes without control characters"},
                 {R"({"notify":[{"users":["a"],"event":"a\nb","data":1}]})",
                  "notify[0].event is 1 to 64 bytes without control characters"},
                 {R"({"notify":[{"users":["a"],"event":7,"data":1}]})",
                  "notify[0].event is 1 to 64 bytes without control characters"},
                 {R"({"notify":[{"users":["a"],"event":"a"}]})", "notify[0].data is missing"}});
}

}  // namespace
}  // namespace chat
