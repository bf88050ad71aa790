#include "apps/load/protocol.hpp"

#include <gtest/gtest.h>

namespace chat::load {
namespace {

TEST(Scan, FindsTheFieldsOfAMessageWhereverTheyStand) {
  ServerObject object;
  ASSERT_TRUE(scan(R"( {"node": "n-1", "from":{"id":"x","text":"no","list":[1,{"offset":3}]}, "offset" : 58,)"
                   R"("epoch":"e","type":"message","text":"hello","room":"lobby"} )",
                   object));
  EXPECT_EQ(object.type, "message");
  EXPECT_EQ(object.room, "lobby");
  EXPECT_EQ(object.epoch, "e");
  EXPECT_EQ(object.offset, 58U);
  EXPECT_EQ(object.node, "n-1");
  EXPECT_EQ(object.text, "hello");
}

TEST(Scan, IsNotFooledByQuotesAndBracketsInsideTexts) {
  ServerObject object;
  ASSERT_TRUE(
      scan(R"({"from":{"name":"a\"}]\\"},"messages":[{"text":"\\\" } ]"}],"type":"joined","offset":7})", object));
  EXPECT_EQ(object.type, "joined");
  EXPECT_EQ(object.offset, 7U);
}

TEST(Scan, ReadsRepliesAndErrors) {
  ServerObject object;
  ASSERT_TRUE(scan(R"({"type":"ack","id":3,"room":"lobby","offset":58,"duplicate":true})", object));
  EXPECT_EQ(object.id, 3U);
  EXPECT_TRUE(object.duplicate);
  ASSERT_TRUE(scan(R"({"type":"error","id":null,"code":"busy","temporary":true,"message":"later"})", object));
  EXPECT_EQ(object.code, "busy");
  EXPECT_EQ(object.message, "later");
  EXPECT_EQ(object.id, 0U);
  EXPECT_FALSE(object.duplicate);
}

TEST(Scan, RefusesWhatIsNoWholeObject) {
  ServerObject object;
  const std::string_view whole = R"({"type":"message","from":{"name":"a"},"offset":58,"list":[1,2]})";
  ASSERT_TRUE(scan(whole, object));
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(scan(whole.substr(0, size), object)) << size;
  EXPECT_FALSE(scan("[]", object));
  EXPECT_FALSE(scan("hello", object));
}

TEST(Stamp, ComesBackAsItWasWritten) {
  std::string text;
  append_stamp(text, "0a1b2c3d", {9999, 123456, 987654321000, 987654321000 + 2'000'000});
  EXPECT_EQ(text.size(), Stamp::kBytes);
  for (const auto* padding : {"", "....", " "}) {
    const auto stamp = read_stamp(text + padding, "0a1b2c3d");
    ASSERT_TRUE(stamp);
    EXPECT_EQ(stamp->sender, 9999U);
    EXPECT_EQ(stamp->n, 123456U);
    EXPECT_EQ(stamp->due, 987654321000);
    EXPECT_EQ(stamp->sent, 987654321000 + 2'000'000);
  }
}

TEST(Stamp, IsNotFoundInTextsOfOthers) {
  std::string text;
  append_stamp(text, "0a1b2c3d", {1, 1, 1, 1});
  EXPECT_FALSE(read_stamp(text, "ffffffff"));
  EXPECT_FALSE(read_stamp(text.substr(0, text.size() - 1), "0a1b2c3d"));
  EXPECT_FALSE(read_stamp("hello", "0a1b2c3d"));
  text[20] = '"';
  EXPECT_FALSE(read_stamp(text, "0a1b2c3d"));
}

}  // namespace
}  // namespace chat::load
