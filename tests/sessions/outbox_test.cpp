#include "chat/sessions/outbox.hpp"

#include <gmock/gmock.h>
#include <malloc.h>

#include <array>
#include <random>

namespace chat {
namespace {

std::string text_of(const Outbox& outbox) {
  std::array<Outbox::Slice, 512> slices;
  std::string out;
  const auto count = outbox.peek(slices);
  for (std::size_t i = 0; i < count; ++i) out += std::string_view(slices[i]);
  return out;
}

void push(Outbox& outbox, std::string_view text, bool ephemeral = false) { outbox.push(SharedBytes(text), ephemeral); }

TEST(Outbox, IsEmptyAtFirst) {
  const Outbox outbox;
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.bytes(), 0U);
}

TEST(Outbox, GivesFramesInTheOrderTheyCame) {
  Outbox outbox;
  for (const char* text : {"one ", "two ", "three"}) push(outbox, text);
  EXPECT_EQ(text_of(outbox), "one two three");
  EXPECT_EQ(outbox.bytes(), 13U);
}

TEST(Outbox, HoldsNoMemoryOnceItIsEmptied) {
  const SharedBytes frame("frame");
  const auto fill_and_empty = [&frame](Outbox& outbox) {
    for (int i = 0; i < 500; ++i) outbox.push(frame, false);  // more than the allocator keeps for itself
    outbox.consume(500 * frame.size());
  };
  Outbox first, second;
  fill_and_empty(first);
  const auto before = ::mallinfo2().uordblks;
  fill_and_empty(second);
  EXPECT_EQ(::mallinfo2().uordblks, before);
}

TEST(Outbox, FillsOnlyTheSlicesThereAre) {
  Outbox outbox;
  for (int i = 0; i < 5; ++i) push(outbox, "x");
  std::array<Outbox::Slice, 3> slices;
  EXPECT_EQ(outbox.peek(slices), 3U);
}

TEST(Outbox, GoesOnInTheMiddleOfAFrame) {
  for (std::size_t first = 0; first <= 9; ++first) {
    for (std::size_t second = first; second <= 9; ++second) {
      Outbox outbox;
      for (const char* text : {"abc", "def", "ghi"}) push(outbox, text);
      outbox.consume(first);
      EXPECT_EQ(text_of(outbox), std::string("abcdefghi").substr(first));
      outbox.consume(second - first);
      EXPECT_EQ(text_of(outbox), std::string("abcdefghi").substr(second));
      EXPECT_EQ(outbox.bytes(), 9 - second);
      EXPECT_EQ(outbox.empty(), second == 9);
    }
  }
}

TEST(Outbox, DropsEphemeralFramesBeforeChatFrames) {
  Outbox outbox;
  push(outbox, "typing", true);
  push(outbox, "chat1");
  push(outbox, "typing", true);
  push(outbox, "chat2");
  EXPECT_EQ(outbox.drop_ephemeral(), 2U);
  EXPECT_EQ(text_of(outbox), "chat1chat2");
  EXPECT_EQ(outbox.bytes(), 10U);
}

TEST(Outbox, NeverTearsAFrameThatHasBegunToLeave) {
  Outbox outbox;
  push(outbox, "typing", true);
  push(outbox, "chat");
  outbox.consume(2);
  EXPECT_EQ(outbox.drop_ephemeral(), 0U);
  EXPECT_EQ(text_of(outbox), "pingchat");
  outbox.drop_unsent();
  EXPECT_EQ(text_of(outbox), "ping");
  EXPECT_EQ(outbox.bytes(), 4U);
  push(outbox, "bye");
  EXPECT_EQ(text_of(outbox), "pingbye");
}

TEST(Outbox, ForgetsEverythingThatHasNotBegunToLeave) {
  Outbox outbox;
  for (const char* text : {"abc", "def"}) push(outbox, text);
  outbox.drop_unsent();
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(outbox.bytes(), 0U);
}

TEST(Outbox, IsEmptyWhenTheRestIsDroppedBetweenTwoFrames) {
  Outbox unsent;
  for (const char* text : {"abc", "def"}) push(unsent, text);
  unsent.consume(3);
  unsent.drop_unsent();
  EXPECT_EQ(unsent.bytes(), 0U);
  EXPECT_TRUE(unsent.empty());

  Outbox ephemeral;
  push(ephemeral, "chat");
  push(ephemeral, "typing", true);
  ephemeral.consume(4);
  ephemeral.drop_ephemeral();
  EXPECT_EQ(ephemeral.bytes(), 0U);
  EXPECT_TRUE(ephemeral.empty());
}

TEST(Outbox, WritesWhatWasPushedThroughAnySequenceOfSteps) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    Outbox outbox;
    std::string pushed, written;
    for (int step = 0; step < 300; ++step) {
      if (random() % 2 == 0) {
        const std::string text(1 + random() % 9, static_cast<char>('a' + random() % 26));
        push(outbox, text);
        pushed += text;
      } else {
        const auto taken = text_of(outbox).substr(0, random() % 40);
        outbox.consume(taken.size());
        written += taken;
      }
      ASSERT_EQ(outbox.bytes(), pushed.size() - written.size()) << "seed " << seed;
    }
    ASSERT_EQ(written + text_of(outbox), pushed) << "seed " << seed;
  }
}

}  // namespace
}  // namespace chat
