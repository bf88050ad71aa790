#include "chat/core/notice.hpp"

#include <gtest/gtest.h>

namespace chat {
namespace {

TEST(Notice, HasANameThatHandlersCanHave) {
  for (const auto* name : {"a", "ReceiveOrder", "order.shipped", "order:7", "a_b-c.d:e9", "1st", "_a", "a b", " ", "é",
                           "a\"b", "a/b", "a!b", "~a"}) {
    EXPECT_TRUE(is_notice_name(name)) << name;
  }
  for (const auto* name : {"", "a\n", "\x7f", "\xff", "\xc2\x85"}) {
    EXPECT_FALSE(is_notice_name(name)) << name;
  }
  EXPECT_TRUE(is_notice_name(std::string(kMaxNoticeNameBytes, 'x')));
  EXPECT_FALSE(is_notice_name(std::string(kMaxNoticeNameBytes + 1, 'x')));
}

TEST(Notice, IsReadAsItWasWritten) {
  for (const auto* data : {"null", "{\"a\": 1}", "[1, 2]", "\"a b\"", ""}) {
    const auto notice = decode_notice(encode_notice("order.shipped", data));
    ASSERT_TRUE(notice);
    EXPECT_EQ(notice->event, "order.shipped");
    EXPECT_EQ(notice->data, data);
    EXPECT_EQ(notice->room, "");
  }
}

TEST(Notice, MayHaveANameWithBlanks) {
  for (const auto* name : {"order shipped", " ", "a!b", "~a", "~", "für alle", "\"quoted\""}) {
    const auto notice = decode_notice(encode_notice(name, "[1, 2]", "ana"));
    ASSERT_TRUE(notice) << name;
    EXPECT_EQ(notice->event, name);
    EXPECT_EQ(notice->except, "ana");
    EXPECT_EQ(notice->data, "[1, 2]");
  }
}

TEST(Notice, LeavesOutOneMember) {
  const auto notice = decode_notice(encode_notice("order:7", "[1]", "ana"));
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->event, "order:7");
  EXPECT_EQ(notice->except, "ana");
  EXPECT_EQ(notice->data, "[1]");
  EXPECT_EQ(decode_notice("a b")->except, "");
}

TEST(Notice, ThatNoNodeHasWrittenIsNone) {
  for (const auto* payload : {"", " ", "event", " data", "a/b {}", "~ {}", "~1 {}", "~bi {}", "a\tb {}"}) {
    EXPECT_FALSE(decode_notice(payload)) << payload;
  }
}

}  // namespace
}  // namespace chat
