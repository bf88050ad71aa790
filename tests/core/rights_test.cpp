#include "chat/core/rights.hpp"

#include <gtest/gtest.h>

#include <array>

namespace chat {
namespace {

TEST(Rights, AreNamedInLowerCaseAndInNoOtherSpelling) {
  EXPECT_EQ(to_right("moderate"), Right::moderate);
  for (const char* other : {"", "Join", "joins", "read", "*", "join "})
    EXPECT_EQ(to_right(other), std::nullopt) << other;
  EXPECT_EQ(to_text({Right::send, Right::join}), "join,send");
  EXPECT_EQ(to_text(Rights{}), "");
}

TEST(Rights, AreAddedAndRemoved) {
  Rights rights{Right::join, Right::send};
  rights.add(Rights{Right::typing});
  rights.remove({Right::send, Right::typing, Right::moderate});
  EXPECT_EQ(to_text(rights), "join");
}

TEST(Rights, OfAnOperatorAreGivenForAllRooms) {
  EXPECT_EQ(to_right("admin"), Right::admin);
  const auto with = [](const char* pattern, Rights rights) {
    const std::array grants{RoomRights{"lobby", {Right::join}}, RoomRights{pattern, rights}};
    return is_operator(grants);
  };
  EXPECT_TRUE(with("*", {Right::admin}));
  EXPECT_FALSE(with("*", {Right::moderate}));
  for (const char* narrower : {"lobby", "team.*", "**"}) EXPECT_FALSE(with(narrower, {Right::admin})) << narrower;
  EXPECT_FALSE(is_operator({}));
}

TEST(RoomPattern, IsARoomNameOrHasStarsBetweenItsLetters) {
  for (const char* good : {"lobby", "*", "team.*", "*.public", "a*b*c", "**"})
    EXPECT_TRUE(is_room_pattern(good)) << good;
  for (const char* bad : {"", "Lobby", "a b", "team/*", "-lobby", "?", "a\n*"})
    EXPECT_FALSE(is_room_pattern(bad)) << bad;
  EXPECT_TRUE(is_room_pattern(std::string(63, 'a') + "*"));
  EXPECT_FALSE(is_room_pattern(std::string(64, 'a') + "*"));
}

TEST(RoomPattern, NamesTheRoomsThatItsStarsCanBeFilledUpTo) {
  EXPECT_TRUE(matches_room("lobby", "lobby"));
  EXPECT_FALSE(matches_room("lobby", "lobby2"));
  EXPECT_FALSE(matches_room("lobby", "lobb"));
  EXPECT_TRUE(matches_room("*", "lobby"));
  EXPECT_TRUE(matches_room("team.*", "team."));
  EXPECT_TRUE(matches_room("team.*.public", "team.a.public.public"));
  EXPECT_FALSE(matches_room("team.*.public", "team.a.publics"));
  EXPECT_TRUE(matches_room("*ab*ab", "abaab"));
  EXPECT_FALSE(matches_room("*ab*ab", "ab"));
  EXPECT_TRUE(matches_room("a**", "a"));
}

TEST(RoomPattern, IsComparedInBoundedStepsWhateverItsStars) {
  const std::string room(64, 'a');
  std::string pattern;
  for (int i = 0; i < 31; ++i) pattern += "a*";
  EXPECT_FALSE(matches_room(pattern + "b", room));
}

TEST(RoomRights, OfAllPatternsThatNameARoomAddUp) {
  const std::array<RoomRights, 3> grants{
      {{"team.*", {Right::join}}, {"team.red", {Right::send}}, {"lobby", {Right::moderate}}}};
  EXPECT_EQ(rights_in(grants, "team.red"), (Rights{Right::join, Right::send}));
  EXPECT_EQ(rights_in(grants, "team.blue"), (Rights{Right::join}));
  EXPECT_TRUE(rights_in(grants, "other").empty());
}

}  // namespace
}  // namespace chat
