#include "chat/rooms/recent_messages.hpp"

#include "rooms/room_log_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RecentMessagesTest : public testing::Test {
 protected:
  RecentMessagesTest() { recent.restart(10); }
  void add(Offset offset) { recent.add(message(offset)); }
  std::vector<Offset> page(Offset after, Offset before, std::uint32_t limit, bool newest) {
    const auto found = recent.page(after, before, limit, newest);
    return found ? offsets(*found) : std::vector<Offset>{999};
  }
  RecentMessages recent;
};

TEST_F(RecentMessagesTest, RemembersTheNewestAndSaysWhenThatIsNotAllThatWasAskedFor) {
  for (Offset offset = 11; offset <= 20; ++offset) add(offset);
  EXPECT_THAT(page(10, 99, 99, false), ElementsAre(11, 12, 13, 14, 15, 16, 17, 18, 19, 20));
  EXPECT_THAT(page(12, 99, 3, false), ElementsAre(13, 14, 15));
  EXPECT_THAT(page(12, 99, 3, true), ElementsAre(18, 19, 20));
  EXPECT_THAT(page(0, 99, 2, true), ElementsAre(19, 20));
  EXPECT_THAT(page(12, 15, 99, false), ElementsAre(13, 14));
  EXPECT_THAT(page(20, 99, 99, false), IsEmpty());
  EXPECT_THAT(page(12, 13, 99, true), IsEmpty());
  EXPECT_THAT(page(0, 99, 0, true), IsEmpty());
  EXPECT_EQ(recent.page(9, 99, 99, false), std::nullopt);
}

TEST_F(RecentMessagesTest, RemembersABoundedNumber) {
  for (Offset offset = 11; offset <= 1010; ++offset) add(offset);
  const Offset first = 1010 - RecentMessages::kMax + 1;
  EXPECT_EQ(page(first - 1, 9999, 9999, false).size(), RecentMessages::kMax);
  EXPECT_EQ(recent.page(first - 2, 9999, 9999, false), std::nullopt);
}

TEST_F(RecentMessagesTest, FillsItsMemoryBelowWithWhatWasRead) {
  recent.add_older(messages(5, 10));
  EXPECT_THAT(page(4, 99, 99, false), ElementsAre(5, 6, 7, 8, 9, 10));
  recent.add_older({message(2), message(4)});
  EXPECT_THAT(page(3, 99, 99, false), ElementsAre(4, 5, 6, 7, 8, 9, 10));
  EXPECT_EQ(recent.page(1, 99, 99, false), std::nullopt);
}

TEST_F(RecentMessagesTest, ForgetsTheMessagesAboveAnOffsetAndGoesOnBehindIt) {
  for (Offset offset = 11; offset <= 15; ++offset) add(offset);
  recent.rewind(12);
  EXPECT_THAT(page(10, 99, 99, false), ElementsAre(11, 12));
  add(13);
  EXPECT_THAT(page(10, 99, 99, false), ElementsAre(11, 12, 13));
  recent.rewind(5);
  EXPECT_EQ(recent.before_oldest(), 5U);
  EXPECT_THAT(page(5, 99, 99, false), IsEmpty());
}

TEST_F(RecentMessagesTest, ComparesBodiesWithThoseOfTheStore) {
  add(11);
  add(12);
  EXPECT_TRUE(recent.contains(message(11)));
  EXPECT_FALSE(recent.contains({11, SharedBytes("{\"forged\":1}")}));
  EXPECT_FALSE(recent.contains(message(10)));
  EXPECT_FALSE(recent.contains(message(13)));
  EXPECT_EQ(recent.first_difference(messages(9, 14), 14), std::nullopt) << "9, 10, 13 and 14 are not here";
  EXPECT_EQ(recent.first_difference({message(11), {12, SharedBytes("{}")}}, 12), 12U);
  EXPECT_EQ(recent.first_difference({message(11), {12, SharedBytes("{}")}}, 11), std::nullopt)
      << "12 was not asked for";
}

}  // namespace
}  // namespace chat
