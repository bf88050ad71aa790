// Sessions of users with tokens: who they are, what they may do, and how that ends.
#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// Knows tokens of the form "USER" or "USER!SECONDS", which end so many seconds after the epoch of the clock.
class FakeAuthenticator final : public Authenticator {
 public:
  explicit FakeAuthenticator(const Clock& clock) : clock_(clock), start_(clock.unix_ms()) {}

  Result<std::shared_ptr<const Identity>> authenticate(std::string_view token) const override {
    ++asked;
    if (token.starts_with("bad")) return Failure{ErrorCode::unauthorized, "this token is bad"};
    auto identity = std::make_shared<Identity>();
    const auto mark = token.find('!');
    identity->subject = identity->user_id = token.substr(0, mark);
    if (mark != std::string_view::npos) {
      identity->expires_at = start_ + 1000 * std::stoll(std::string(token.substr(mark + 1)));
    }
    return std::shared_ptr<const Identity>(std::move(identity));
  }

  mutable int asked = 0;

 private:
  const Clock& clock_;
  UnixMs start_;
};

/// Allows all actions that no test takes away.
class FakePolicy final : public Policy {
 public:
  Access access(const Principal& principal, std::string_view room) const override {
    Access access = open_policy().access(principal, room);
    if (closed == room) access.rights = {};
    access.rights.remove(taken);
    access.settings = &settings;
    access.may_create = may_create;
    return access;
  }
  std::string reason(const Principal&, std::string_view) const override { return "because"; }
  std::optional<CloseReason> exclusion(const Principal& principal) const override {
    if (principal.user_id() == blocked) return CloseReason{CloseCode::unauthorized, "blocked"};
    return std::nullopt;
  }

  RoomSettings settings;
  bool may_create = true;
  std::string closed, blocked;
  Rights taken;
};

class IdentityTest : public OneNode {
 protected:
  IdentityTest() {
    node.settings.authenticator = &authenticator;
    node.settings.policy = &policy;
  }
  FakeClient& user(const std::string& token) {
    FakeClient& client = node.connect();
    client.say({{"type", "hello"}, {"id", "hello"}, {"token", token}});
    run();
    return client;
  }
  void recheck() {
    for (auto& shard : node.shards) shard.post(to_shard::Recheck{});
    run();
  }
  void pass(Seconds time) {
    clock.advance(time);
    for (auto& shard : node.shards) shard.clockwork().tick();
    run();
  }

  FakeAuthenticator authenticator{clock};
  FakePolicy policy;
};

TEST_F(IdentityTest, IsTheUserOfItsToken) {
  FakeClient& ana = user("ana!3600");
  EXPECT_EQ(ana.last("welcome")["user"]["id"], "ana");
  EXPECT_GT(ana.last("welcome")["expires"], 0);
  ana.join("lobby");
  ana.send("lobby", "hi");
  run();
  EXPECT_EQ(ana.last("message")["from"]["id"], "ana");
}

TEST_F(IdentityTest, ClosesAGuestWhoseTokenIsBad) {
  FakeClient& client = user("bad");
  EXPECT_EQ(client.reply("hello")["code"], "unauthorized");
  EXPECT_EQ(client.close_code(), 4500);
}

TEST_F(IdentityTest, LooksAtNoTokenWhereTokensAreOff) {
  node.settings.authenticator = nullptr;
  EXPECT_EQ(user("bad").last("welcome")["type"], "welcome");
}

TEST_F(IdentityTest, ServesNoRequestWithoutATokenWhereOneIsRequired) {
  node.settings.requires_token = true;
  for (const json& request :
       {json{{"type", "join"}, {"id", 1}, {"room", "lobby"}}, json{{"type", "hello"}, {"id", 1}}}) {
    FakeClient& client = node.connect();
    client.say(request);
    run();
    EXPECT_EQ(client.reply(1)["code"], "unauthorized") << request;
    EXPECT_EQ(client.close_code(), 4500);
  }
  FakeClient& late = node.connect();
  late.say(json::array(
      {{{"type", "join"}, {"id", 1}, {"room", "lobby"}}, {{"type", "hello"}, {"id", 2}, {"token", "ana"}}}));
  run();
  EXPECT_FALSE(late.has("joined") || late.has("welcome"));
}

TEST_F(IdentityTest, PaysForEachTokenThatItShows) {
  FakeClient& ana = user("ana");
  for (int i = 0; i < 200; ++i) ana.say({{"type", "hello"}, {"id", i}, {"token", "bad"}});
  for (int i = 0; i < 200; ++i) ana.say({{"type", "refresh"}, {"id", i}, {"token", "bad"}});
  run();
  EXPECT_LT(authenticator.asked, 60);
}

TEST_F(IdentityTest, WarnsAMinuteBeforeTheEndAndClosesAfterTheGrace) {
  FakeClient& ana = user("ana!100");
  pass(Seconds{39});
  EXPECT_FALSE(ana.has("token_expiring"));
  pass(Seconds{2});
  EXPECT_THAT(ana.all("token_expiring"), SizeIs(1));
  pass(Seconds{80});
  EXPECT_FALSE(ana.close_code());
  pass(Seconds{5});
  EXPECT_EQ(ana.close_code(), 4501);
  EXPECT_THAT(ana.all("token_expiring"), SizeIs(1));
}

TEST_F(IdentityTest, GoesOnWithARefreshedToken) {
  FakeClient& ana = user("ana!100");
  pass(Seconds{110});
  ana.say({{"type", "refresh"}, {"id", 1}, {"token", "ana!1000"}});
  run();
  EXPECT_EQ(ana.reply(1)["type"], "refreshed");
  pass(Seconds{60});
  EXPECT_FALSE(ana.close_code());
  ana.forget();
  pass(Seconds{775});
  EXPECT_THAT(ana.all("token_expiring"), SizeIs(1)) << "the earlier token's alarm counts no more, the later one's does";
}

TEST_F(IdentityTest, EndsWithAShorterTokenThoughTheAlarmOfTheLongerOneIsPending) {
  FakeClient& ana = user("ana!1000");
  ana.say({{"type", "refresh"}, {"id", 1}, {"token", "ana!100"}});
  run();
  pass(Seconds{41});
  EXPECT_THAT(ana.all("token_expiring"), SizeIs(1));
  pass(Seconds{85});
  EXPECT_EQ(ana.close_code(), 4501);
}

TEST_F(IdentityTest, RefusesTheTokenOfAnotherUserAndGoesOn) {
  FakeClient& ana = user("ana");
  for (const char* type : {"hello", "refresh"}) {
    ana.say({{"type", type}, {"id", type}, {"token", "bob"}});
    run();
    EXPECT_TRUE(ana.reply(type).is_object() && ana.last("error")["code"] == "unauthorized") << type;
  }
  EXPECT_FALSE(ana.close_code());
  ana.join("lobby");
  ana.send("lobby", "hi");
  run();
  EXPECT_EQ(ana.last("message")["from"]["id"], "ana");
}

TEST_F(IdentityTest, LeavesARoomThatIsClosedToItAndSaysWhy) {
  FakeClient& ana = user("ana");
  ana.join("lobby");
  run();
  policy.closed = "lobby";
  recheck();
  EXPECT_EQ(ana.last("removed"), (json{{"type", "removed"}, {"room", "lobby"}, {"reason", "because"}}));
  ana.send("lobby", "still here?");
  run();
  EXPECT_EQ(ana.reply("still here?")["code"], "not_joined");
}

TEST_F(IdentityTest, SendsNothingThatWaitsBehindAJoinIfTheRightIsTakenMeanwhile) {
  FakeClient& ana = user("ana");
  backends->hold_states = true;
  ana.join("lobby");
  ana.send("lobby", "too late");
  run();
  policy.taken = {Right::send};
  recheck();
  backends->release();
  run();
  EXPECT_EQ(ana.reply("too late")["code"], "forbidden");
  EXPECT_EQ(backends->appends, 0U);
}

TEST_F(IdentityTest, AnswersAllThatWaitsBehindAJoinOfARoomThatIsClosedMeanwhile) {
  FakeClient& ana = user("ana");
  backends->hold_states = true;
  ana.join("lobby");
  ana.send("lobby", "too late");
  ana.say({{"type", "join"}, {"id", "again"}, {"room", "lobby"}});
  ana.say({{"type", "leave"}, {"id", "leave"}, {"room", "lobby"}});
  run();
  policy.closed = "lobby";
  recheck();
  backends->release();
  run();
  EXPECT_EQ(ana.reply("too late")["code"], "not_found");
  EXPECT_EQ(ana.reply("again")["code"], "not_found");
  EXPECT_EQ(ana.reply("leave")["type"], "left");
  EXPECT_TRUE(ana.has("removed"));
  ana.disconnect();
  run();
  EXPECT_EQ(backends->appends, 0U);
}

TEST_F(IdentityTest, TellsNoNewNameInARoomWhereItMayNotSend) {
  FakeClient& ana = user("ana");
  FakeClient& bob = user("bob");
  ana.join("lobby");
  bob.join("lobby");
  run();
  pass(Seconds{1});
  policy.taken = {Right::send};
  recheck();
  bob.forget();
  ana.hello("I speak though muted");
  run();
  pass(Seconds{1});
  EXPECT_FALSE(bob.has("presence"));
}

TEST_F(IdentityTest, DoesNotTellHowManyThereAreWithoutThatRight) {
  policy.taken = {Right::presence};
  FakeClient& ana = user("ana");
  ana.join("lobby");
  run();
  EXPECT_EQ(ana.last("joined")["members"], 0);
}

TEST_F(IdentityTest, SendsNothingBehindAJoinOfARoomThatMayBeFullIfItsSocketIsGone) {
  policy.settings.max_members = 1;
  FakeClient& ana = user("ana");
  backends->hold_states = true;
  ana.join("lobby");
  ana.send("lobby", "intruder");
  ana.disconnect();
  backends->release();
  run();
  EXPECT_EQ(backends->appends, 0U);
}

TEST_F(IdentityTest, TellsItsRightsInARoomUnlessTokensAreOff) {
  policy.taken = {Right::typing};
  FakeClient& ana = user("ana");
  ana.join("lobby");
  run();
  EXPECT_EQ(ana.last("joined")["rights"], (json{"join", "history", "send", "presence"}));
  node.settings.authenticator = nullptr;
  FakeClient& bob = node.connect();
  bob.join("lobby");
  run();
  EXPECT_FALSE(bob.last("joined").contains("rights"));
}

TEST_F(IdentityTest, SendsAtThePaceOfTheRoom) {
  policy.settings.messages_per_minute = 8;  // two at once
  FakeClient& ana = user("ana");
  ana.join("lobby");
  for (const char* text : {"1", "2", "3"}) ana.send("lobby", text);
  run();
  EXPECT_EQ(ana.reply("2")["type"], "ack");
  EXPECT_EQ(ana.reply("3")["code"], "rate_limited");
  EXPECT_EQ(ana.reply("3")["retry_after_ms"], 7500);
  pass(Seconds{8});
  ana.send("lobby", "4");
  run();
  EXPECT_EQ(ana.reply("4")["type"], "ack");
}

TEST_F(IdentityTest, HoldsTheGuestsOfAnAddressToThePaceOfSoManyPersons) {
  policy.settings.slow_mode = Seconds(60);
  node.settings.guests_per_address = 2;
  const auto answer_to_new_guest = [this](std::uint64_t from) {
    FakeClient& guest = node.connect();
    guest.from = from;
    guest.hello("Eve");
    guest.join("lobby");
    guest.send("lobby", "hi");
    run();
    return guest.reply("hi")["type"];
  };
  EXPECT_EQ(answer_to_new_guest(1), "ack");
  EXPECT_EQ(answer_to_new_guest(1), "ack");
  EXPECT_EQ(answer_to_new_guest(1), "error");
  EXPECT_EQ(answer_to_new_guest(2), "ack");
  pass(Seconds{31});
  EXPECT_EQ(answer_to_new_guest(1), "ack");
}

TEST_F(IdentityTest, TellsNoMessageThatIsTooOldForTheRoom) {
  policy.settings.history_age = Seconds(60);
  FakeClient& ana = user("ana");
  ana.join("lobby");
  ana.send("lobby", "old");
  run();
  const json old = ana.last("message");
  pass(Seconds{40});
  ana.send("lobby", "new");
  run();
  pass(Seconds{30});
  ana.forget();
  ana.say({{"type", "history"}, {"id", 1}, {"room", "lobby"}});
  ana.say({{"type", "history"}, {"id", 2}, {"room", "lobby"}, {"after", 0}, {"limit", 1}});
  run();
  for (const int id : {1, 2}) {
    ASSERT_THAT(ana.reply(id)["messages"], SizeIs(1)) << ana.reply(id);
    EXPECT_EQ(ana.reply(id)["messages"][0]["text"], "new");
    EXPECT_EQ(ana.reply(id)["begins"], 2);
  }
  FakeClient& bob = user("bob");
  bob.say({{"type", "join"}, {"id", 1}, {"room", "lobby"}, {"cursor", {{"epoch", old["epoch"]}, {"offset", 0}}}});
  run();
  EXPECT_EQ(bob.last("reset")["reason"], "trimmed");
  EXPECT_EQ(bob.last("joined")["offset"], 2);
  pass(Seconds{60});
  FakeClient& eve = user("eve");
  eve.say({{"type", "join"}, {"id", 1}, {"room", "lobby"}, {"cursor", {{"epoch", old["epoch"]}, {"offset", 1}}}});
  run();
  EXPECT_EQ(eve.last("reset")["reason"], "trimmed");
  EXPECT_THAT(eve.last("joined")["messages"], IsEmpty());
  EXPECT_EQ(eve.last("joined")["offset"], 2);
  ana.forget();
  ana.send("lobby", "newest");
  run();
  EXPECT_EQ(ana.last("message")["offset"], 3);
}

TEST_F(IdentityTest, DoesNotBeginARoomWithoutThatRight) {
  policy.may_create = false;
  FakeClient& ana = user("ana");
  ana.join("lobby");
  ana.send("lobby", "behind");
  run();
  EXPECT_EQ(ana.reply("join lobby")["code"], "not_found");
  EXPECT_EQ(ana.reply("join lobby")["message"], closed_room().message);
  EXPECT_EQ(ana.reply("behind")["code"], "not_found");
  policy.may_create = true;
  FakeClient& bob = user("bob");
  bob.join("lobby");
  bob.send("lobby", "first");
  run();
  EXPECT_EQ(bob.reply("first")["type"], "ack");
  policy.may_create = false;
  ana.forget();
  ana.join("lobby");
  ana.send("lobby", "second");
  run();
  EXPECT_EQ(ana.reply("second")["type"], "ack");
}

TEST_F(IdentityTest, SendsTheFirstMessageToAnInboxOnlyWithThatRight) {
  policy.taken = {Right::join};
  policy.may_create = false;
  FakeClient& ana = user("ana");
  ana.send("inbox.bob", "knock");
  run();
  EXPECT_EQ(ana.reply("knock")["code"], "not_found");
  EXPECT_EQ(ana.reply("knock")["message"], closed_room().message);
}

TEST_F(IdentityTest, IsCalledByItsIdIfTheTokenHasNoName) {
  EXPECT_EQ(user("ana").last("welcome")["user"]["name"], "ana");
}

TEST_F(IdentityTest, EndsTheSessionsOfABlockedUser) {
  FakeClient& ana = user("ana");
  FakeClient& bob = user("bob");
  policy.blocked = "ana";
  recheck();
  EXPECT_EQ(ana.close_code(), 4500);
  EXPECT_FALSE(bob.close_code());
  EXPECT_EQ(user("ana").close_code(), 4500);
}

TEST_F(IdentityTest, HidesTheUsersOfARoomFromAMemberWithoutThatRight) {
  policy.taken = {Right::presence};
  FakeClient& ana = user("ana");
  ana.join("lobby");
  run();
  user("bob").join("lobby");
  run();
  pass(Seconds{1});
  EXPECT_FALSE(ana.has("presence"));
  ana.say({{"type", "members"}, {"id", 1}, {"room", "lobby"}});
  run();
  EXPECT_EQ(ana.reply(1)["code"], "forbidden");
}

TEST_F(IdentityTest, ReadsNoHistoryWithoutThatRightByACursorEither) {
  FakeClient& bob = user("bob");
  bob.join("lobby");
  bob.send("lobby", "before");
  run();
  const auto epoch = bob.last("message")["epoch"];
  policy.taken = {Right::history};
  FakeClient& ana = user("ana");
  ana.say({{"type", "join"}, {"id", 1}, {"room", "lobby"}, {"cursor", {{"epoch", epoch}, {"offset", 0}}}});
  run();
  EXPECT_THAT(ana.last("joined")["messages"], IsEmpty());
  EXPECT_FALSE(ana.has("message") || ana.has("caught_up"));
}

}  // namespace
}  // namespace chat
