#include "chat/rooms/roster.hpp"
#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// Presence that the store refuses.
class StoredPresenceTest : public OneNode {
 protected:
  /// The names the store has for a room, as any node would read them.
  std::vector<std::string> stored(const std::string& room) {
    std::vector<std::string> names;
    backends->presence().load(room, PresenceStore::Through::living_nodes,
                              [&](const Result<std::vector<PresenceRow>>& rows) {
                                for (const auto& row : *rows) names.push_back(row.user.name);
                              });
    run();
    return names;
  }
  bool comes_to_store(const std::string& room, const testing::Matcher<std::vector<std::string>>& names) {
    return run_until(loop, [&] { return names.Matches(stored(room)); });
  }
  void ask_for_members(FakeClient& client) {
    client.say({{"type", "members"}, {"id", "members"}, {"room", "lobby"}});
    run();
  }
  bool is_refused() {
    return run_until(loop, [&] { return backends->refused_changes > 0; });
  }
};

TEST_F(StoredPresenceTest, TellsAfterwardsWhoLeftWhileTheStoreWasAway) {
  joined("lobby", "Ana");
  FakeClient& bo = joined("lobby", "Bo");
  FakeClient& cy = joined("den", "Cy");
  ASSERT_TRUE(comes_to_store("lobby", UnorderedElementsAre("Ana", "Bo")));
  ASSERT_TRUE(comes_to_store("den", ElementsAre("Cy")));
  backends->refuse_changes = true;
  bo.disconnect();
  cy.disconnect();  // and with him the room
  ASSERT_TRUE(is_refused());
  EXPECT_THAT(stored("lobby"), UnorderedElementsAre("Ana", "Bo"));
  backends->refuse_changes = false;
  backends->interrupt();
  EXPECT_TRUE(comes_to_store("lobby", ElementsAre("Ana")));
  EXPECT_TRUE(comes_to_store("den", IsEmpty()));
}

TEST_F(StoredPresenceTest, TellsAgainWhatTheStoreRefused) {
  joined("lobby", "Ana");
  ASSERT_TRUE(comes_to_store("lobby", ElementsAre("Ana")));
  backends->refuse_changes = true;
  joined("lobby", "Bo");
  ASSERT_TRUE(is_refused());
  backends->refuse_changes = false;
  EXPECT_TRUE(comes_to_store("lobby", UnorderedElementsAre("Ana", "Bo")));
}

TEST_F(StoredPresenceTest, TellsWhatBecameOfWhomTheStoreRefused) {
  joined("lobby", "Ana");
  FakeClient& bo = joined("lobby", "Bo");
  ASSERT_TRUE(comes_to_store("lobby", UnorderedElementsAre("Ana", "Bo")));
  backends->refuse_changes = true;
  bo.disconnect();
  ASSERT_TRUE(is_refused());
  backends->refuse_changes = false;
  joined("lobby", "Cy");
  EXPECT_TRUE(comes_to_store("lobby", UnorderedElementsAre("Ana", "Cy")));
}

TEST_F(StoredPresenceTest, TellsThatSomebodyHasLeftOnlyWhenItCanBeKnown) {
  FakeClient& ana = joined("lobby", "Ana");
  const auto tell = [this](std::string_view instance, std::vector<User> joined, std::vector<std::string> left) {
    backends->presence().change("lobby", {NodeInstance(instance), std::move(joined), std::move(left)},
                                [](const Result<bool>&) {});
    run();
  };
  const auto is_told = [&](const char* what) {
    return [&ana, what] { return ana.has("presence") && !ana.last("presence")[what].empty(); };
  };
  tell("chat-2.life", {{"bo", "Bo"}, {"cy", "Cy"}}, {});
  ASSERT_TRUE(run_until(loop, is_told("joined")));
  ana.forget();
  tell("chat-2.life", {}, {"bo", "cy"});
  backends->go_away();
  clock.advance(2 * Roster::kGrace);
  tell("chat-4.life", {{"di", "Di"}}, {});
  ASSERT_TRUE(run_until(loop, is_told("joined")));  // the same event would have the users who left
  EXPECT_FALSE(is_told("left")());
  tell("chat-3.life", {{"bo", "Bo"}}, {});
  backends->interrupt();
  clock.advance(Roster::kGrace);
  ASSERT_TRUE(run_until(loop, is_told("left")));
  EXPECT_EQ(ana.last("presence")["left"].size(), 1U);
  EXPECT_EQ(ana.last("presence")["left"][0]["name"], "Cy");
}

TEST_F(StoredPresenceTest, TellsAnewWhoIsHereWhenItCouldNotRenewItsLeaseInTime) {
  joined("lobby", "Ana");
  ASSERT_TRUE(comes_to_store("lobby", ElementsAre("Ana")));
  backends->refuse_renewals = true;
  for (std::size_t tries = 1; tries <= 3; ++tries) {
    ASSERT_TRUE(run_until(loop, [&] { return backends->refused_renewals >= tries; }));
    clock.advance(PresenceStore::kLease / 2);
  }
  backends->refuse_changes = true;
  EXPECT_EQ(backends->refused_changes, 0U);
  backends->refuse_renewals = false;
  EXPECT_TRUE(is_refused()) << "by now the others have taken it for dead";
}

TEST_F(StoredPresenceTest, ReadsAgainWhoIsElsewhereWhenTheStoreDidNotSay) {
  auto& presence = backends->presence();
  presence.renew("chat-2.life", [](const Result<Lease>&) {});
  presence.change("lobby", {"chat-2.life", {{"bo", "Bo"}}, {}}, [](const Result<bool>&) {});
  run();
  clock.advance(PresenceStore::kLease);
  backends->refuse_loads = true;
  FakeClient& ana = joined("lobby", "Ana");
  ask_for_members(ana);
  EXPECT_EQ(ana.last("error")["code"], "unavailable") << "a list of this node's users alone would say that Bo has left";
  backends->refuse_loads = false;
  EXPECT_TRUE(run_until(loop, [&] {
    clock.advance(Milliseconds(100));  // a request has a price
    ask_for_members(ana);
    return ana.has("members") && ana.last("members")["count"] == 2;
  }));
}

}  // namespace
}  // namespace chat
