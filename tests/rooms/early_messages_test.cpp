#include "chat/rooms/early_messages.hpp"

#include "rooms/room_log_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Offset> take_all(EarlyMessages& early) {
  std::vector<Message> taken;
  while (early.first()) taken.push_back(early.take_first());
  return offsets(taken);
}

TEST(EarlyMessages, GivesMessagesInTheOrderOfTheirOffsets) {
  EarlyMessages early("e1");
  EXPECT_EQ(early.highest(), std::nullopt);
  std::uint64_t arrival = 0;
  for (const Offset offset : {13, 12, 15}) EXPECT_TRUE(early.add(message(offset), ++arrival));
  EXPECT_EQ(early.epoch(), "e1");
  EXPECT_EQ(early.first()->arrival, 2U);
  EXPECT_EQ(early.highest(), 15U);
  EXPECT_EQ(early.newest_arrival(), 3U);
  EXPECT_THAT(take_all(early), ElementsAre(12, 13, 15));
  EXPECT_FALSE(early.first());
}

TEST(EarlyMessages, KeepsOneOfEqualMessagesAndNoneOfTwoThatDiffer) {
  EarlyMessages early("e1");
  EXPECT_TRUE(early.add(message(12), 1));
  EXPECT_TRUE(early.add(message(12), 2));
  EXPECT_EQ(early.first()->arrival, 1U);
  EXPECT_FALSE(early.add({12, SharedBytes("{\"forged\":1}")}, 3));
  EXPECT_EQ(early.newest_arrival(), 3U);
  EXPECT_THAT(take_all(early), IsEmpty());
}

TEST(EarlyMessages, KeepsABoundedNumberOfMessagesAndBytes) {
  EarlyMessages many("e1");
  for (Offset offset = 1; offset <= EarlyMessages::kMax; ++offset) EXPECT_TRUE(many.add(message(offset), offset));
  EXPECT_FALSE(many.add(message(EarlyMessages::kMax + 1), EarlyMessages::kMax + 1));
  EXPECT_EQ(take_all(many).size(), EarlyMessages::kMax);

  EarlyMessages large("e1");
  const SharedBytes quarter('{' + std::string(EarlyMessages::kMaxBytes / 4 - 2, 'x') + '}');
  for (Offset offset = 1; offset <= 4; ++offset) EXPECT_TRUE(large.add({offset, quarter}, offset));
  EXPECT_FALSE(large.add(message(5), 5));
  large.take_first();
  EXPECT_TRUE(large.add(message(5), 6)) << "what is taken makes room";
}

TEST(EarlyMessages, DropsMessagesAboveATopThatArrivedBeforeAQuestion) {
  EarlyMessages early("e1");
  std::uint64_t arrival = 0;
  for (const Offset offset : {20, 11, 30}) early.add(message(offset), ++arrival);
  early.drop_above(12, 2);
  EXPECT_THAT(take_all(early), ElementsAre(11, 30));
}

}  // namespace
}  // namespace chat
