// A token that comes after the connection began is shown to the application, too.
#include "chat/sessions/door.hpp"

#include "sessions/session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Each text is the token of the user of this name.
class EachIsAUser final : public Authenticator {
 public:
  Result<std::shared_ptr<const Identity>> authenticate(std::string_view token) const override {
    auto identity = std::make_shared<Identity>();
    identity->subject = identity->user_id = std::string(token);
    identity->expires_at = 1'000'000'000'000'000;
    return std::shared_ptr<const Identity>(std::move(identity));
  }
};

/// Decides when the test lets it.
class HeldDoor final : public Door {
 public:
  bool is_watched() const override { return true; }
  std::vector<std::string> headers() const override { return {}; }
  void decide(ConnectRequest connect, std::function<void(Entry)> done) override {
    asked.push_back(connect.address + ' ' + (connect.identity ? connect.identity->subject : "nobody"));
    identity = connect.identity;
    answer = std::move(done);
  }
  std::vector<std::string> asked;
  std::shared_ptr<const Identity> identity;
  std::function<void(Entry)> answer;
};

class DoorTest : public OneNode {
 protected:
  DoorTest() {
    node.settings.authenticator = &authenticator;
    node.settings.door = &door;
    client.session().token().enter(client.session(),
                                   {nullptr, std::make_shared<const ConnectRequest>(ConnectRequest{"192.0.2.1"})});
  }
  void show(const std::string& token, const std::string& type = "hello") {
    client.say({{"type", type}, {"id", type}, {"token", token}});
    run();
  }

  EachIsAUser authenticator;
  HeldDoor door;
  FakeClient& client = node.connect();
};

TEST_F(DoorTest, ATokenInAHelloIsShownToTheApplicationBeforeTheWelcome) {
  show("ana");
  EXPECT_THAT(door.asked, ElementsAre("192.0.2.1 ana"));
  EXPECT_THAT(client.received(), IsEmpty());
  door.answer({door.identity});
  run();
  EXPECT_EQ(client.reply("hello")["user"]["id"], "ana");
}

TEST_F(DoorTest, RequestsThatComeMeanwhileWaitAndKeepTheirOrder) {
  show("ana");
  client.join("lobby");
  client.send("lobby", "hi");
  run();
  EXPECT_THAT(client.received(), IsEmpty());
  door.answer({door.identity});
  run();
  EXPECT_EQ(client.last("message")["from"]["id"], "ana");
}

TEST_F(DoorTest, AUserWhomTheApplicationRefusesGoesWithItsWords) {
  show("ana");
  client.join("lobby");
  door.answer({nullptr, 403, "pay first"});
  run();
  EXPECT_EQ(client.reply("hello")["code"], "forbidden");
  EXPECT_EQ(client.reply("hello")["message"], "pay first");
  EXPECT_EQ(client.close_code(), 4500);
  EXPECT_FALSE(client.has("joined"));
}

TEST_F(DoorTest, AUserComesBackWhoseApplicationGivesNoAnswer) {
  show("ana");
  door.answer({nullptr, 503, "no usable answer"});
  run();
  EXPECT_EQ(client.reply("hello")["code"], "unavailable");
  EXPECT_EQ(client.close_code(), 1001);
}

TEST_F(DoorTest, WhatTheApplicationGivesStaysWithANewerToken) {
  show("ana");
  Grant grant{"ana", {}, {{"vip", {Right::join}}}, clock.unix_ms() + 90'000};
  door.answer({with_grant(door.identity, std::make_shared<const Grant>(grant))});
  run();
  show("ana", "refresh");
  EXPECT_EQ(door.asked.size(), 1U);
  EXPECT_EQ(client.reply("refresh")["expires"], grant.expires_at);
  EXPECT_EQ(client.session().person().principal().identity->rooms, grant.rooms);
}

TEST_F(DoorTest, ARefreshThatIsTheFirstTokenIsShownToTheApplication) {
  client.hello("Ana");
  show("ana", "refresh");
  EXPECT_THAT(door.asked, ElementsAre("192.0.2.1 ana"));
  door.answer({door.identity});
  run();
  EXPECT_EQ(client.reply("refresh")["type"], "refreshed");
}

TEST_F(DoorTest, AnAnswerFindsNoSessionThatHasEnded) {
  show("ana");
  client.disconnect();
  door.answer({door.identity});
  run();
}

}  // namespace
}  // namespace chat
