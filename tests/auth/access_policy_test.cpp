#include "chat/auth/access_policy.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace chat {
namespace {

class AccessPolicyTest : public testing::Test {
 protected:
  void sanction(Sanction::Kind kind, std::string subject, std::string room = {}) {
    Sanction made;
    made.kind = kind;
    made.subject = std::move(subject);
    made.room = std::move(room);
    made.reason = "be kind";
    made.until = clock.unix_ms() + 1000;
    if (kind == Sanction::Kind::revoke_user) made.issued_before = clock.unix_ms();
    sanctions.set(std::make_shared<const Sanctions>(std::vector{made}));
  }
  std::string rights(std::string_view room) const { return to_text(policy.access(ana, room).rights); }
  std::string excluded() const {
    const auto reason = policy.exclusion(ana);
    if (!reason) return "no";
    EXPECT_EQ(reason->code, CloseCode::unauthorized);
    return std::string(reason->text);
  }
  static std::shared_ptr<const Identity> identity() {
    Identity made;
    made.subject = made.user_id = "ana";
    made.token_id = "t-1";
    made.rooms = {{"lobby", {Right::moderate}}};
    return std::make_shared<const Identity>(std::move(made));
  }

  ManualClock clock;
  Snapshot<RoomRules> rules{std::make_shared<const RoomRules>()};
  Snapshot<Sanctions> sanctions{std::make_shared<const Sanctions>()};
  AccessPolicy policy{rules, sanctions, clock};
  Principal ana{{}, identity()};
};

TEST_F(AccessPolicyTest, IsTheOpenPolicyAndTheRightsOfTheTokenWithoutRulesAndSanctions) {
  EXPECT_EQ(policy.access({}, "lobby").rights, open_policy().access({}, "lobby").rights);
  EXPECT_EQ(*policy.access({}, "lobby").settings, *open_policy().access({}, "lobby").settings);
  EXPECT_EQ(rights("lobby"), "join,history,send,typing,presence,moderate");
  EXPECT_EQ(excluded(), "no");
}

TEST_F(AccessPolicyTest, FollowsRulesThatAreReplaced) {
  rules.set(*room_rules_from_text(R"({"rules":[{"rooms":"*","user":["join"],"max_members":3}]})", "rules"));
  EXPECT_EQ(rights("lobby"), "join,moderate");
  EXPECT_EQ(rights("garden"), "join");
  EXPECT_EQ(policy.access(ana, "garden").settings->max_members, 3U);
}

TEST_F(AccessPolicyTest, TakesAllRightsInARoomFromABannedPersonUntilTheBanEnds) {
  sanction(Sanction::Kind::ban, "ana", "lobby");
  EXPECT_EQ(rights("lobby"), "");
  EXPECT_NE(rights("garden"), "");
  EXPECT_EQ(excluded(), "no");
  EXPECT_EQ(policy.reason(ana, "lobby"), "be kind");
  EXPECT_EQ(policy.reason(ana, "garden"), "");
  clock.advance(Milliseconds(1000));
  EXPECT_NE(rights("lobby"), "");
  EXPECT_EQ(policy.reason(ana, "lobby"), "");
}

TEST_F(AccessPolicyTest, TakesAllRightsInEveryRoomFromAPersonWhoIsBannedEverywhere) {
  sanction(Sanction::Kind::ban, "ana");
  EXPECT_EQ(rights("lobby") + rights("garden"), "");
}

TEST_F(AccessPolicyTest, LeavesAMutedPersonAllButSendAndTyping) {
  sanction(Sanction::Kind::mute, "ana", "lobby");
  EXPECT_EQ(rights("lobby"), "join,history,presence,moderate");
  EXPECT_EQ(rights("garden"), "join,history,send,typing,presence");
}

TEST_F(AccessPolicyTest, ExcludesABlockedPersonAndRevokedTokens) {
  sanction(Sanction::Kind::block_user, "ana");
  EXPECT_EQ(excluded(), "you are blocked here");
  sanction(Sanction::Kind::revoke_token, "t-1");
  EXPECT_EQ(excluded(), "the token has been revoked");
  sanction(Sanction::Kind::revoke_user, "ana");
  EXPECT_EQ(excluded(), "the token has been revoked");
  EXPECT_FALSE(policy.exclusion({})) << "a guest has no token";
  clock.advance(Milliseconds(1000));
  EXPECT_EQ(excluded(), "no");
}

}  // namespace
}  // namespace chat
