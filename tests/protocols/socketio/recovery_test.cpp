#include "protocols/socketio/recovery.hpp"

#include <gtest/gtest.h>

#include "protocols/socketio/cursors.hpp"

namespace chat {
namespace {

TEST(CursorTexts, AreReadAsTheyAreWritten) {
  Cursors cursors;
  cursors.set("lobby", {"e1", 7});
  cursors.set("room.x", {"", 0});
  EXPECT_EQ(cursors.text(), "lobby:e1:7;room.x::0");
  EXPECT_EQ(Cursors::parse(cursors.text())->text(), cursors.text());
  EXPECT_EQ(Cursors::parse("")->all().size(), 0U);
  std::string text = "at ";
  Cursors::append_text(text, "lobby", "e1", 7);
  EXPECT_EQ(text, "at lobby:e1:7");
}

TEST(CursorTexts, FollowWhatTheClientHears) {
  Cursors cursors;
  cursors.set("a", {"e", 1});
  cursors.set("b", {"e", 1});
  cursors.set("a", {"e", 2});
  cursors.remove("b");
  EXPECT_EQ(cursors.text(), "a:e:2");
}

TEST(CursorTexts, AreRefusedIfTheySayNoPlace) {
  for (const char* text : {"lobby", "lobby:e", "lobby:e:x", "lobby:e:", "lobby::5", "Lobby!:e:1", "lobby:e:1;lobby:e:2",
                           "lobby:e:1;;a:e:1", "lobby:e:-1", "lobby:e:9007199254740992", "-"}) {
    EXPECT_FALSE(Cursors::parse(text)) << text;
  }
}

TEST(CursorTexts, AreThoseOfUpToSixteenRooms) {
  Cursors cursors;
  for (int i = 0; i < 16; ++i) cursors.set("r" + std::to_string(i), {"e", 1});
  EXPECT_EQ(Cursors::parse(cursors.text())->all().size(), 16U);
  cursors.set("one-more", {"e", 1});
  EXPECT_EQ(cursors.text(), "-");
}

TEST(MarkedMessages, AreThoseWithAPlaceAtTheirEnd) {
  const auto marked = marked_message(R"(42["messageToClient","[u]: a,\"b\"","lobby:e:7"])").value();
  EXPECT_EQ(marked.start, R"(42["messageToClient","[u]: a,\"b\"")");
  EXPECT_EQ(marked.mark, "lobby:e:7");
  EXPECT_FALSE(marked_message(R"(42["typing",{"a":"x"}])"));
  EXPECT_FALSE(marked_message(R"(42["message",{"a":"x"}])"));
  for (const char* payload : {"2", R"(42["message"])", R"(42["message,"])"}) EXPECT_FALSE(marked_message(payload));
}

class RecoveryTokens : public testing::Test {
 protected:
  RecoveryTokens() { secret.set("a secret of sixteen", {}); }
  ClusterSecret secret;
};

TEST_F(RecoveryTokens, SayWhatTheSessionWas) {
  Cursors cursors;
  cursors.set("lobby", {"e1", 7});
  const auto token = read_recovery_token(secret, mint_recovery_token(secret, {"u1", "Ana | Bo|", cursors})).value();
  EXPECT_EQ(token.user_id, "u1");
  EXPECT_EQ(token.name, "Ana | Bo|");
  EXPECT_EQ(token.cursors.text(), "lobby:e1:7");
}

TEST_F(RecoveryTokens, AreNeverTheSame) {
  EXPECT_NE(mint_recovery_token(secret, {"u1", "Ana", {}}), mint_recovery_token(secret, {"u1", "Ana", {}}));
}

TEST_F(RecoveryTokens, AreRefusedWithAnyByteChanged) {
  const auto token = mint_recovery_token(secret, {"u1", "Ana", {}});
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto forged = token;
    forged[i] = forged[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(read_recovery_token(secret, forged)) << i;
  }
  for (const char* none : {"", "|", "||||", "a|b|c|d|e"}) EXPECT_FALSE(read_recovery_token(secret, none)) << none;
}

TEST_F(RecoveryTokens, OfASecretThatGivesWayToAnotherAreGood) {
  const auto token = mint_recovery_token(secret, {"u1", "Ana", {}});
  secret.set("another secret, long enough", {"a secret of sixteen"});
  EXPECT_TRUE(read_recovery_token(secret, token));
  secret.set("another secret, long enough", {});
  EXPECT_FALSE(read_recovery_token(secret, token));
}

}  // namespace
}  // namespace chat
