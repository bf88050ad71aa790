#include "chat/core/trace_mark.hpp"

#include <gtest/gtest.h>

#include "chat/core/message.hpp"

namespace chat {
namespace {

const std::string kGood = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string body(const std::string& trace, const std::string& text = "hi") {
  Draft draft{{"p1", "Ana"}, {Content::Kind::text, text}, 1'795'262'400'123, "chat-1", "p1", 7};
  draft.trace = trace;
  return encode_body(draft);
}

TEST(TraceMark, ATraceparentIsVersionZeroInLowerCase) {
  EXPECT_TRUE(is_traceparent(kGood));
  for (const std::string& bad :
       {std::string(), kGood + "0", kGood.substr(1), "01" + kGood.substr(2), kGood.substr(0, 53) + "\r\n",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736" + kGood.substr(35), "00-" + std::string(32, '0') + kGood.substr(35),
        kGood.substr(0, 36) + std::string(16, '0') + "-01"}) {
    EXPECT_FALSE(is_traceparent(bad)) << bad;
  }
}

TEST(TraceMark, ATracedBodyEndsWithItsTraceparent) {
  EXPECT_EQ(trace_of(body(kGood)), kGood);
  EXPECT_TRUE(body(kGood).ends_with(R"("seq":7,"trace":")" + kGood + "\"}"));
  EXPECT_EQ(time_of(body(kGood)), 1'795'262'400'123);
}

TEST(TraceMark, NoTextOfAClientMarksABody) {
  EXPECT_EQ(trace_of(body({})), "");
  EXPECT_EQ(trace_of(body({}, R"(","trace":")" + kGood + "\"}")), "");
  EXPECT_EQ(trace_of(""), "");
  EXPECT_EQ(trace_of(R"({"trace":")" + kGood + "\"}"), "");
}

TEST(TraceMark, AMarkThatIsNoTraceparentIsNone) {
  const std::string bad = std::string(kTraceparentBytes, 'x');
  EXPECT_EQ(trace_of(body(bad)), "");
}

TEST(TraceMark, AChildIsAnotherSpanOfTheTrace) {
  const std::string child = child_of(kGood);
  EXPECT_TRUE(is_traceparent(child));
  EXPECT_EQ(trace_id_of(child), trace_id_of(kGood));
  EXPECT_NE(span_id_of(child), span_id_of(kGood));
  EXPECT_TRUE(is_traceparent(new_traceparent()));
  EXPECT_NE(new_traceparent(), new_traceparent());
}

TEST(TraceMark, TheLastBitTellsWhetherTheMakerRecords) {
  EXPECT_TRUE(is_sampled(kGood));
  EXPECT_FALSE(is_sampled(kGood.substr(0, 53) + "00"));
  EXPECT_TRUE(is_sampled(kGood.substr(0, 53) + "03"));
}

}  // namespace
}  // namespace chat
