#include <gtest/gtest.h>

#include "chat/api/session_control.hpp"

namespace chat {
namespace {

using Kind = SessionOrder::Kind;

TEST(SessionOrder, IsReadAsItWasWritten) {
  for (const auto kind :
       {Kind::disconnect, Kind::subscribe, Kind::unsubscribe, Kind::refresh, Kind::notify, Kind::ask}) {
    SessionOrder order;
    order.kind = kind;
    order.user = "ana";
    order.session = "s\"1\n";
    order.room = "lobby";
    order.rights = {Right::join, Right::moderate};
    order.may_return = true;
    order.expires_at = 1'795'262'400'000;
    order.event = "Olá";
    order.data = R"({"a":["b"]})";
    order.timeout = Milliseconds(2500);
    order.users = {"bo", "ana"};
    order.sessions = {"s2", "s1"};
    const auto read = decode_session_order(encode(order));
    ASSERT_TRUE(read);
    EXPECT_EQ(encode(*read), encode(order));
    EXPECT_EQ(read->kind, kind);
    EXPECT_EQ(read->rights, order.rights);
    EXPECT_EQ(read->session, order.session);
    EXPECT_EQ(read->data, order.data);
    EXPECT_EQ(read->timeout, order.timeout);
    EXPECT_EQ(read->users, order.users);
    EXPECT_EQ(read->sessions, order.sessions);
  }
  EXPECT_TRUE(decode_session_order(encode(SessionOrder{})));
}

TEST(SessionOrder, ThatNoNodeHasWrittenIsRefused) {
  const std::string good = encode(SessionOrder{});
  const auto changed = [&good](std::string_view from, std::string_view to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  for (const auto& text :
       {std::string(), std::string("{}"), std::string("[]"), std::string("7"), std::string("junk"), good + "x",
        changed(R"("kind":0)", R"("kind":4)"), changed(R"("kind":0)", R"("kind":7)"),
        changed(R"("kind":0)", R"("kind":-1)"), changed(R"("kind":0)", R"("kind":"0")"),
        changed(R"("user":"")", R"("user":7)"), changed(R"(,"user":"")", ""),
        changed(R"("rights":"")", R"("rights":"fly")"), changed(R"("rights":"")", R"("rights":["join"])"),
        changed(R"("may_return":false)", R"("may_return":1)"), changed(R"("expires_at":0)", R"("expires_at":"soon")"),
        changed(R"("data":"")", R"("data":{})"), changed(R"("timeout":0)", R"("timeout":"2 s")")}) {
    EXPECT_FALSE(decode_session_order(text)) << text;
  }
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(decode_session_order(good.substr(0, size)));
}

TEST(SessionAnswer, IsReadAsItWasWritten) {
  for (const std::string text : {"null", R"({"a":"-1 b"})", "+1"}) EXPECT_EQ(*decode_answer(encode_answer(text)), text);
  for (const auto code : {ErrorCode::refused, ErrorCode::timed_out, ErrorCode::busy, ErrorCode::internal}) {
    const auto read = decode_answer(encode_answer(Failure{code, "not now, +1"}));
    EXPECT_EQ(read.error().code, code);
    EXPECT_EQ(read.error().message, "not now, +1");
  }
}

TEST(SessionAnswer, ThatNoNodeHasWrittenMeansThatTheSessionIsNotThere) {
  for (const auto* text : {"", "0", "-", "-x y", "-99 z", "- 5", "-1"}) {
    EXPECT_EQ(decode_answer(text).error().code, ErrorCode::not_found) << text;
  }
}

}  // namespace
}  // namespace chat
