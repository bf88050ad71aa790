#include "backplane/redis/reply.hpp"

#include <gmock/gmock.h>

namespace chat::redis {
namespace {

constexpr std::string_view kStream =
    "+OK\r\n-ERR no\r\n:-42\r\n$5\r\nh\r\nlo\r\n$-1\r\n$0\r\n\r\n*-1\r\n*0\r\n"
    "*3\r\n$1\r\na\r\n*2\r\n:1\r\n*1\r\n+x\r\n$1\r\nz\r\n";

std::string describe(const Reply::Part& part) {
  switch (part.type()) {
    case Reply::Type::nil:
      return "nil";
    case Reply::Type::status:
      return "+" + std::string(part.text());
    case Reply::Type::error:
      return "-" + std::string(part.text());
    case Reply::Type::integer:
      return std::to_string(part.integer());
    case Reply::Type::text:
      return "'" + std::string(part.text()) + "'";
    case Reply::Type::array:
      break;
  }
  std::string out = "[";
  for (std::size_t i = 0; i < part.size(); ++i) out += (i > 0 ? " " : "") + describe(part[i]);
  return out + "]";
}

void take(ReplyReader& reader, std::vector<std::string>& out) {
  bool broken = false;
  while (const Reply* reply = reader.next(broken)) out.push_back(describe(reply->root()));
  EXPECT_FALSE(broken);
}

const std::vector<std::string> kExpected{"+OK", "-ERR no", "-42", "'h\r\nlo'",         "nil",
                                         "''",  "nil",     "[]",  "['a' [1 [+x]] 'z']"};

TEST(ReplyReader, ReadsEveryKindOfReply) {
  ReplyReader reader;
  std::vector<std::string> replies;
  reader.feed(kStream);
  take(reader, replies);
  EXPECT_EQ(replies, kExpected);
}

TEST(ReplyReader, ReadsTheSameWhereverTheBytesAreSplit) {
  for (std::size_t split = 1; split < kStream.size(); ++split) {
    ReplyReader reader;
    std::vector<std::string> replies;
    reader.feed(kStream.substr(0, split));
    take(reader, replies);
    reader.feed(kStream.substr(split));
    take(reader, replies);
    EXPECT_EQ(replies, kExpected) << "split at " << split;
  }
  ReplyReader reader;
  std::vector<std::string> replies;
  for (const char byte : kStream) {
    reader.feed({&byte, 1});
    take(reader, replies);
  }
  EXPECT_EQ(replies, kExpected);
}

TEST(ReplyReader, WalksAnArrayByFirstAndNext) {
  ReplyReader reader;
  reader.feed("*3\r\n*2\r\n:1\r\n:2\r\n$1\r\nb\r\n:3\r\n");
  bool broken = false;
  const auto root = reader.next(broken)->root();
  const auto inner = root.first();
  EXPECT_EQ(inner.size(), 2U);
  EXPECT_EQ(inner.next().text(), "b");
  EXPECT_EQ(inner.next().next().integer(), 3);
}

TEST(ReplyReader, TakesATextThatIsANumberForOne) {
  ReplyReader reader;
  reader.feed("$3\r\n123\r\n$3\r\nabc\r\n");
  bool broken = false;
  EXPECT_EQ(reader.next(broken)->root().integer(), 123);
  EXPECT_EQ(reader.next(broken)->root().integer(), 0);
}

TEST(ReplyReader, SaysWhenTheBytesAreNotRedis) {
  for (const char* junk : {"HTTP/1.1 400 Bad Request\r\n", "$x\r\n", ":12a\r\n", "*-7\r\n"}) {
    ReplyReader reader;
    bool broken = false;
    reader.feed(junk);
    EXPECT_EQ(reader.next(broken), nullptr) << junk;
    EXPECT_TRUE(broken) << junk;
  }
}

TEST(ReplyReader, RefusesAnArrayOfMorePartsThanAnyReplyHas) {
  ReplyReader reader;
  bool broken = false;
  reader.feed("*1000000000\r\n:1\r\n");
  EXPECT_EQ(reader.next(broken), nullptr);
  EXPECT_TRUE(broken);
}

TEST(ReplyReader, RefusesToWaitForATextLongerThanAnyReplyHas) {
  ReplyReader reader;
  bool broken = false;
  reader.feed("$500000000\r\n");
  const std::string piece(1024 * 1024, 'x');
  std::size_t fed = 0;
  while (!broken && fed < 4 * ReplyReader::kMaxUnread) {
    reader.feed(piece);
    fed += piece.size();
    EXPECT_EQ(reader.next(broken), nullptr);
  }
  EXPECT_TRUE(broken);
  EXPECT_LE(fed, ReplyReader::kMaxUnread + piece.size());
}

TEST(ReplyReader, MakesAnErrorOfAReplyThatIsTooBigAndReadsOn) {
  ReplyReader reader;
  const std::string text(1024 * 1024, 'x');
  const std::size_t count = ReplyReader::kMaxBytes / text.size() + 1;
  bool broken = false;
  reader.feed("*" + std::to_string(count) + "\r\n");
  const Reply* reply = nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(reply, nullptr);
    reader.feed("$" + std::to_string(text.size()) + "\r\n" + text + "\r\n");
    reply = reader.next(broken);
  }
  ASSERT_NE(reply, nullptr);
  EXPECT_TRUE(reply->root().is_error());
  reader.feed("*1\r\n:7\r\n");
  reply = reader.next(broken);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(describe(reply->root()), "[7]");
  EXPECT_FALSE(broken);
}

TEST(ReplyReader, MayBeWalkedBeyondEveryEnd) {
  ReplyReader reader;
  reader.feed("*2\r\n*1\r\n:1\r\n$1\r\nz\r\n");
  bool broken = false;
  const auto root = reader.next(broken)->root();
  const auto inner = root.first();
  EXPECT_EQ(describe(inner.first().next()), "nil") << "not the part behind the array";
  EXPECT_EQ(describe(inner.first().first().next().first()), "nil") << "a number has no parts";
  EXPECT_EQ(describe(root.next().next()), "nil");
  EXPECT_EQ(describe(inner.next().next().next()), "nil");
  EXPECT_EQ(inner.next().next().size(), 0U);
  EXPECT_EQ(inner.next().next().text(), "");
  EXPECT_EQ(inner.next().next().integer(), 0);
}

TEST(ReplyReader, TakesATextForANumberOnlyIfAllOfItIsOne) {
  ReplyReader reader;
  bool broken = false;
  reader.feed("$3\r\n12x\r\n$20\r\n99999999999999999999\r\n");
  EXPECT_EQ(reader.next(broken)->root().integer(), 0);
  EXPECT_EQ(reader.next(broken)->root().integer(), 0);
}

}  // namespace
}  // namespace chat::redis
