#include "chat/rooms/roster.hpp"

#include <gmock/gmock.h>

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const User kAna{"u1", "Ana"};
const User kBo{"u2", "Bo"};

const Instant kNow{Seconds(1000)};
const Instant kLater = kNow + Roster::kGrace;

std::vector<std::string> names(const std::vector<Member>& members) {
  std::vector<std::string> out;
  for (const auto& member : members) out.push_back(member.user.name);
  return out;
}

TEST(Roster, CountsAPersonOnTwoNodesOnce) {
  Roster roster;
  roster.apply({"chat-1.a", {kAna}, {}}, kNow);
  roster.apply({"chat-2.b", {kAna, kBo}, {}}, kNow);
  EXPECT_EQ(roster.count(), 2U);
  const auto members = roster.members(10);
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].user, kAna);
  EXPECT_THAT(members[0].nodes, ElementsAre("chat-1", "chat-2"));
  EXPECT_THAT(members[1].nodes, ElementsAre("chat-2"));
}

TEST(Roster, TellsOfAUserWhoseInfoIsAnother) {
  Roster roster;
  roster.apply({"chat-1.a", {{"u1", "Ana", R"({"a":1})"}}, {}}, kNow);
  EXPECT_EQ(roster.take_changes(kNow)->joined.at(0).user.info, R"({"a":1})");
  roster.apply({"chat-1.a", {{"u1", "Ana", R"({"a":1})"}}, {}}, kNow);
  EXPECT_FALSE(roster.take_changes(kNow));
  roster.apply({"chat-1.a", {kAna}, {}}, kNow);
  EXPECT_EQ(roster.take_changes(kNow)->joined.at(0).user, kAna);
}

TEST(Roster, KeepsAPersonUntilTheLastNodeLetsGo) {
  Roster roster;
  roster.apply({"chat-1.a", {kAna}, {}}, kNow);
  roster.apply({"chat-2.b", {kAna}, {}}, kNow);
  roster.apply({"chat-1.a", {}, {"u1"}}, kNow);
  EXPECT_TRUE(roster.contains("u1"));
  roster.apply({"chat-2.b", {}, {"u1"}}, kNow);
  roster.take_changes(kLater);
  EXPECT_FALSE(roster.contains("u1"));
}

TEST(Roster, TellsEachChangeOnceAndRaisesTheVersion) {
  Roster roster;
  roster.apply({"chat-1.a", {kAna, kBo}, {}}, kNow);
  const auto first = roster.take_changes(kLater);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->version, 1U);
  EXPECT_EQ(first->count, 2U);
  EXPECT_EQ(first->joined.size(), 2U);
  EXPECT_THAT(first->left, IsEmpty());
  EXPECT_FALSE(roster.take_changes(kLater));
  roster.apply({"chat-1.a", {}, {"u2"}}, kNow);
  const auto second = roster.take_changes(kLater);
  EXPECT_EQ(second->version, 2U);
  EXPECT_THAT(names(second->left), ElementsAre("Bo"));
  EXPECT_EQ(roster.version(), 2U);
}

TEST(Roster, WaitsAMomentForWhoeverLeavesToComeBack) {
  Roster roster;
  roster.apply({"chat-1.a", {kAna}, {}}, kNow);
  roster.take_changes(kNow);
  roster.apply({"chat-1.a", {}, {"u1"}}, kNow);
  EXPECT_TRUE(roster.is_waiting());
  EXPECT_FALSE(roster.take_changes(kLater - Milliseconds(1)));
  EXPECT_EQ(roster.count(), 1U);
  EXPECT_THAT(names(roster.take_changes(kLater)->left), ElementsAre("Ana"));
  EXPECT_EQ(roster.count(), 0U);
  EXPECT_FALSE(roster.is_waiting());
}

TEST(Roster, WaitsAnewForWhoMayHaveComeBackUnseen) {
  Roster roster;
  roster.apply({"chat-1.a", {kAna, kBo}, {}}, kNow);
  roster.take_changes(kNow);
  roster.apply({"chat-1.a", {}, {"u1", "u2"}}, kNow);
  EXPECT_FALSE(roster.take_changes(Instant::min()));
  roster.extend_grace(kLater);
  EXPECT_FALSE(roster.take_changes(kLater));
  roster.apply({"chat-2.b", {kBo}, {}}, kLater);
  EXPECT_THAT(names(roster.take_changes(kLater + Roster::kGrace)->left), ElementsAre("Ana"));
}

TEST(Roster, FindsNoNewsInAReloadOfAPage) {
  Roster roster;
  roster.apply({"chat-1.a", {kAna}, {}}, kNow);
  roster.take_changes(kLater);
  roster.apply({"chat-1.a", {}, {"u1"}}, kNow);
  roster.apply({"chat-2.b", {kAna}, {}}, kNow);
  EXPECT_FALSE(roster.take_changes(kLater));
  EXPECT_EQ(roster.version(), 1U);
}

TEST(Roster, FindsNoNewsInSomeoneWhoCameAndWent) {
  Roster roster;
  roster.apply({"chat-1.a", {kAna}, {}}, kNow);
  roster.apply({"chat-1.a", {}, {"u1"}}, kNow);
  EXPECT_FALSE(roster.take_changes(kLater));
}

TEST(Roster, TellsANewNameAsAJoin) {
  Roster roster;
  roster.apply({"chat-1.a", {kAna}, {}}, kNow);
  roster.take_changes(kLater);
  roster.apply({"chat-1.a", {{"u1", "Anna"}}, {}}, kNow);
  const auto changes = roster.take_changes(kLater);
  ASSERT_TRUE(changes);
  EXPECT_THAT(names(changes->joined), ElementsAre("Anna"));
  EXPECT_THAT(changes->left, IsEmpty());
}

TEST(Roster, DropsThosePresentOnlyThroughADeadNode) {
  Roster roster;
  roster.apply({"chat-1.a", {kAna, kBo}, {}}, kNow);
  roster.apply({"chat-2.b", {kAna}, {}}, kNow);
  roster.take_changes(kLater);
  roster.drop_instance("chat-1.a");
  EXPECT_THAT(names(roster.take_changes(kNow)->left), ElementsAre("Bo")) << "at once: its lease was grace enough";
  EXPECT_THAT(names(roster.members(10)), ElementsAre("Ana"));
  EXPECT_THAT(roster.members(10)[0].nodes, ElementsAre("chat-2"));
  roster.drop_instance("chat-1.a");
  roster.drop_instance("never seen");
  EXPECT_FALSE(roster.take_changes(kLater));
}

TEST(Roster, TakesTheStoredRowsForTheTruthAndTellsTheDifference) {
  Roster roster;
  roster.apply({"chat-1.a", {kAna}, {}}, kNow);
  roster.take_changes(kLater);
  roster.load({{"chat-2.b", kBo}, {"chat-3.c", kBo}}, kNow);
  const auto changes = roster.take_changes(kLater);
  EXPECT_THAT(names(roster.members(10)), ElementsAre("Bo"));
  EXPECT_THAT(names(changes->joined), ElementsAre("Bo"));
  EXPECT_THAT(names(changes->left), ElementsAre("Ana"));
  roster.load({{"chat-2.b", kBo}}, kNow);
  EXPECT_FALSE(roster.take_changes(kLater));
}

TEST(Roster, ListsAtMostAsManyAsAskedForInTheOrderOfNames) {
  Roster roster;
  for (int i = 0; i < 30; ++i) roster.apply({"chat-1.a", {{"u" + std::to_string(i), std::to_string(i)}}, {}}, kNow);
  const auto some = names(roster.members(7));
  EXPECT_EQ(some.size(), 7U);
  EXPECT_TRUE(std::is_sorted(some.begin(), some.end()));
  EXPECT_EQ(roster.count(), 30U);
}

TEST(Roster, OutlivesManyLivesOfItsNodes) {
  Roster roster;
  for (int life = 0; life < 1000; ++life) {
    const std::string instance = "chat-1." + std::to_string(life);
    roster.apply({instance, {kAna}, {}}, kNow);
    ASSERT_EQ(roster.count(), 1U) << life;
    roster.drop_instance(instance);
    roster.take_changes(kNow);
    ASSERT_EQ(roster.count(), 0U) << life;
  }
}

}  // namespace
}  // namespace chat
