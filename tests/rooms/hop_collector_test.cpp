#include "chat/rooms/hop_collector.hpp"

#include <gmock/gmock.h>

#include "chat/core/trace_mark.hpp"

namespace chat {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class HopCollectorTest : public testing::Test {
 protected:
  static std::string body(const std::string& trace) {
    Draft draft{{"p1", "Ana"}, {Content::Kind::text, "hi"}, 1'795'262'400'123, "chat-1", "p1", 7};
    draft.trace = trace;
    return encode_body(draft);
  }
  void hear(Offset offset, UnixUs now) {
    const std::string_view bodies[] = {traced};
    hops.heard("lobby", offset, bodies, now);
  }
  void frame(Offset first, Offset last, std::size_t shards, UnixUs now) {
    std::vector<Message> messages;
    for (Offset offset = first; offset <= last; ++offset) messages.push_back({offset, SharedBytes(traced)});
    hops.framed("lobby", "e1", messages, shards, now);
  }

  std::string trace = new_traceparent();
  std::string traced = body(trace);
  std::vector<Delivery> reported;
  HopCollector hops{[this](const Delivery& delivery) { reported.push_back(delivery); }};
};

TEST_F(HopCollectorTest, ReportsAMessageOnceWhenTheLastShardHasWrittenIt) {
  hear(5, 100);
  frame(5, 5, 2, 130);
  hops.written({"lobby", 5, 5, 7, 1, 170});
  EXPECT_THAT(reported, IsEmpty());
  hops.written({"lobby", 5, 5, 5, 0, 160});
  ASSERT_THAT(reported, SizeIs(1));
  const Delivery& delivery = reported[0];
  EXPECT_EQ(delivery.room, "lobby");
  EXPECT_EQ(delivery.position, (Position{"e1", 5}));
  EXPECT_EQ(delivery.trace, trace);
  EXPECT_EQ(delivery.heard, 100);
  EXPECT_EQ(delivery.framed, 130);
  EXPECT_EQ(delivery.written, 170) << "the last socket's";
  EXPECT_EQ(delivery.sockets, 12U);
  EXPECT_EQ(delivery.laggards, 1U);
  EXPECT_TRUE(delivery.is_complete);
  EXPECT_EQ(hops.pending(), 0U);
}

TEST_F(HopCollectorTest, FollowsEachTracedMessageOfABatch) {
  frame(5, 7, 1, 130);
  hops.written({"lobby", 1, 6, 3, 0, 150});
  EXPECT_THAT(reported, SizeIs(2));
  hops.written({"lobby", 7, 9, 3, 0, 150});
  EXPECT_THAT(reported, SizeIs(3));
}

TEST_F(HopCollectorTest, AMessageThatWasReadFromTheLogWasNotHeard) {
  frame(5, 5, 1, 130);
  hops.written({"lobby", 5, 5, 3, 0, 150});
  EXPECT_EQ(reported.at(0).heard, 0);
}

TEST_F(HopCollectorTest, ARepetitionDoesNotChangeWhenAMessageWasHeardFirst) {
  hear(5, 100);
  hear(5, 120);
  frame(5, 5, 1, 130);
  hops.written({"lobby", 5, 5, 3, 0, 150});
  EXPECT_EQ(reported.at(0).heard, 100);
}

TEST_F(HopCollectorTest, KeepsNothingOfMessagesWithoutATrace) {
  const std::string plain = body({});
  const std::string_view bodies[] = {plain};
  hops.heard("lobby", 5, bodies, 100);
  hops.framed("lobby", "e1", {{5, SharedBytes(plain)}}, 1, 130);
  hops.written({"lobby", 5, 5, 3, 0, 150});
  EXPECT_EQ(hops.pending(), 0U);
  EXPECT_THAT(reported, IsEmpty());
}

TEST_F(HopCollectorTest, AMessageForNoShardIsDoneAtOnce) {
  frame(5, 5, 0, 130);
  EXPECT_EQ(reported.at(0).written, 0);
}

TEST_F(HopCollectorTest, WaitsForAMessageBehindAGapAndThenForgetsIt) {
  hear(5, 100);
  hops.written({"lobby", 1, 9, 3, 0, 150});
  hops.expire(100 + HopCollector::kPatience - 1);
  EXPECT_EQ(hops.pending(), 1U);
  hops.expire(100 + HopCollector::kPatience);
  EXPECT_EQ(hops.pending(), 0U);
  EXPECT_THAT(reported, IsEmpty());
}

TEST_F(HopCollectorTest, ReportsWhatThereIsIfAShardDoesNotTell) {
  frame(5, 5, 2, 130);
  hops.written({"lobby", 5, 5, 3, 0, 150});
  hops.expire(130 + HopCollector::kPatience);
  ASSERT_THAT(reported, SizeIs(1));
  EXPECT_FALSE(reported[0].is_complete);
  EXPECT_EQ(reported[0].sockets, 3U);
}

TEST_F(HopCollectorTest, FollowsNoMoreThanItsBound) {
  frame(1, HopCollector::kMax + 10, 1, 130);
  EXPECT_EQ(hops.pending(), HopCollector::kMax);
}

}  // namespace
}  // namespace chat
