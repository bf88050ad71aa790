#include "chat/auth/sanctions.hpp"

#include <gtest/gtest.h>

#include "chat/core/person_id.hpp"

namespace chat {
namespace {

using Kind = Sanction::Kind;

constexpr UnixMs kNow = 1'795'262'400'000;

Sanction sanction(Kind kind, std::string subject, std::string room = {}, UnixMs until = kNow + 1000) {
  Sanction made;
  made.kind = kind;
  made.subject = std::move(subject);
  made.room = std::move(room);
  made.until = until;
  if (kind == Kind::revoke_user) made.issued_before = kNow;
  return made;
}

Identity identity(std::string user_id, std::string token_id, UnixMs issued_at) {
  Identity made;
  made.user_id = std::move(user_id);
  made.token_id = std::move(token_id);
  made.issued_at = issued_at;
  return made;
}

TEST(Sanctions, RevokeATokenByItsIdUntilTheyEnd) {
  const Sanctions sanctions({sanction(Kind::revoke_token, "t-1")});
  EXPECT_TRUE(sanctions.revokes(identity("ana", "t-1", 0), kNow));
  EXPECT_TRUE(sanctions.revokes(identity("bob", "t-1", kNow + 9), kNow + 999));
  EXPECT_FALSE(sanctions.revokes(identity("ana", "t-1", 0), kNow + 1000));
  EXPECT_FALSE(sanctions.revokes(identity("ana", "t-2", 0), kNow));
  EXPECT_FALSE(sanctions.revokes(identity("t-1", "", 0), kNow));
}

TEST(Sanctions, RevokeTheOlderTokensOfAUser) {
  const Sanctions sanctions({sanction(Kind::revoke_user, "ana")});
  EXPECT_TRUE(sanctions.revokes(identity("ana", "t-1", kNow - 1), kNow));
  EXPECT_TRUE(sanctions.revokes(identity("ana", "", 0), kNow)) << "a token that does not say when it was issued";
  EXPECT_FALSE(sanctions.revokes(identity("ana", "t-1", kNow), kNow));
  EXPECT_FALSE(sanctions.revokes(identity("bob", "t-1", kNow - 1), kNow));
  EXPECT_FALSE(sanctions.revokes(identity("ana", "t-1", kNow - 1), kNow + 1000)) << "it has ended";
}

TEST(Sanctions, BlockGuestsAndUsers) {
  const Principal guest{person_of("a secret"), nullptr};
  const Principal ana{{}, std::make_shared<const Identity>(identity("ana", "", 0))};
  const Sanctions sanctions({sanction(Kind::block_user, "ana"), sanction(Kind::block_user, guest.user_id())});
  EXPECT_TRUE(sanctions.blocks(ana, kNow));
  EXPECT_TRUE(sanctions.blocks(guest, kNow));
  EXPECT_FALSE(sanctions.blocks({person_of("another"), nullptr}, kNow));
  EXPECT_FALSE(sanctions.blocks(ana, kNow + 1000));
}

TEST(Sanctions, BanAndMuteInOneRoomOrEverywhere) {
  const Sanctions sanctions({sanction(Kind::ban, "ana", "lobby"), sanction(Kind::mute, "bob"),
                             sanction(Kind::mute, "cy", "lobby", kNow + 1), sanction(Kind::mute, "cy")});
  EXPECT_TRUE(sanctions.bans("ana", "lobby", kNow));
  EXPECT_FALSE(sanctions.bans("ana", "garden", kNow));
  EXPECT_FALSE(sanctions.bans("bob", "lobby", kNow));
  EXPECT_FALSE(sanctions.mutes("ana", "lobby", kNow));
  EXPECT_TRUE(sanctions.mutes("bob", "lobby", kNow));
  EXPECT_TRUE(sanctions.mutes("bob", "garden", kNow));
  EXPECT_TRUE(sanctions.mutes("cy", "lobby", kNow + 500)) << "one has ended, the other holds";
  EXPECT_FALSE(sanctions.mutes("cy", "lobby", kNow + 1000));
  EXPECT_EQ(sanctions.ban("ana", "lobby", kNow)->subject, "ana");
}

TEST(Sanctions, DoNothingWhenThereAreNone) {
  const Sanctions none;
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(none.revokes(identity("ana", "t-1", 0), kNow));
  EXPECT_FALSE(none.blocks({}, kNow));
  EXPECT_FALSE(none.bans("ana", "lobby", kNow) || none.mutes("ana", "lobby", kNow));
  EXPECT_EQ(none.next_expiry(kNow), std::nullopt);
}

TEST(Sanctions, TellWhenTheNextEndsAndWhichHold) {
  const auto first = sanction(Kind::ban, "ana", "", kNow + 10), second = sanction(Kind::ban, "ana", "lobby", kNow + 20);
  const Sanctions sanctions({second, first});
  EXPECT_EQ(sanctions.next_expiry(kNow), kNow + 10);
  EXPECT_EQ(sanctions.next_expiry(kNow + 10), kNow + 20);
  EXPECT_EQ(sanctions.next_expiry(kNow + 20), std::nullopt);
  EXPECT_EQ(sanctions.list(kNow), (std::vector<Sanction>{first, second}));
  EXPECT_EQ(sanctions.list(kNow + 10), std::vector<Sanction>{second});
}

TEST(Sanctions, AreBoundedAndThoseThatEndFirstAreLeftOut) {
  std::vector<Sanction> many;
  for (std::size_t i = 0; i < Sanctions::kMax + 2; ++i) {
    many.push_back(sanction(Kind::ban, "u" + std::to_string(i), "", kNow + 1000 + static_cast<UnixMs>(i)));
  }
  const Sanctions sanctions(std::move(many));
  EXPECT_EQ(sanctions.size(), Sanctions::kMax);
  EXPECT_FALSE(sanctions.bans("u0", "lobby", kNow) || sanctions.bans("u1", "lobby", kNow));
  EXPECT_TRUE(sanctions.bans("u2", "lobby", kNow));
}

TEST(Sanction, IsCompactJsonAndReadBack) {
  auto muted = sanction(Kind::mute, "ana", "lobby", 2);
  EXPECT_EQ(encode(muted), R"({"kind":"mute","subject":"ana","room":"lobby","until":2})");
  muted.reason = "shouts \"fire\"";
  muted.by = "chatctl";
  auto older = sanction(Kind::revoke_user, "bob", "", Sanction::kForGood);
  EXPECT_EQ(encode(older),
            R"({"kind":"revoke_user","subject":"bob","until":253402300799999,"issued_before":1795262400000})");
  for (const auto& made : {muted, older, sanction(Kind::revoke_token, "a/b+c=="), sanction(Kind::block_user, "cy")}) {
    EXPECT_EQ(decode_sanction(encode(made)), made) << encode(made);
  }
}

TEST(Sanction, ThatNoNodeWouldWriteIsNotRead) {
  const std::string head = R"({"kind":"ban","subject":"ana","until":2)";
  ASSERT_TRUE(decode_sanction(head + "}"));
  for (const std::string& text : {std::string(),
                                  std::string("null"),
                                  std::string("[]"),
                                  std::string("{}"),
                                  head,
                                  head + "}}",
                                  std::string(R"({"subject":"ana","until":2})"),
                                  std::string(R"({"kind":"ban","subject":"ana"})"),
                                  std::string(R"({"kind":"ban","until":2})"),
                                  std::string(R"({"kind":"kill","subject":"ana","until":2})"),
                                  std::string(R"({"kind":3,"subject":"ana","until":2})"),
                                  std::string(R"({"kind":"ban","subject":7,"until":2})"),
                                  std::string(R"({"kind":"ban","subject":"ana","until":"2"})"),
                                  std::string(R"({"kind":"ban","subject":"ana","until":0})"),
                                  std::string(R"({"kind":"ban","subject":"ana","until":-2})"),
                                  std::string(R"({"kind":"ban","subject":"ana","until":2.5})"),
                                  std::string(R"({"kind":"ban","subject":"ana","until":253402300800000})"),
                                  std::string(R"({"kind":"ban","subject":"Ana B","until":2})"),
                                  std::string(R"({"kind":"revoke_token","subject":"a b","until":2})"),
                                  std::string(R"({"kind":"revoke_user","subject":"ana","until":2})"),
                                  head + R"(,"issued_before":1})",
                                  head + R"(,"room":"Lobby"})",
                                  head + R"(,"until":2})",
                                  head + R"(,"more":1})",
                                  head + R"(,"reason":"a\nb"})",
                                  head + R"(,"reason":")" + std::string(201, 'a') + "\"}",
                                  head + R"(,"by":")" + std::string(65, 'a') + "\"}",
                                  head + R"(,"reason":")" + std::string(5000, 'a') + "\"}",
                                  std::string(R"({"kind":"block_user","subject":"ana","room":"lobby","until":2})")}) {
    EXPECT_EQ(decode_sanction(text), std::nullopt) << text.substr(0, 100);
  }
}

TEST(Sanctions, KeepABanBesideAKickOfTheSamePerson) {
  Sanction ban, kick;
  ban.subject = kick.subject = "ana";
  ban.room = kick.room = "lobby";
  kick.kind = Sanction::Kind::kick;
  kick.until = 5;
  const Sanctions both({ban, kick});
  EXPECT_TRUE(both.bans("ana", "lobby", 4));
  EXPECT_TRUE(both.bans("ana", "lobby", 6));
  const Sanctions kicked({kick});
  EXPECT_TRUE(kicked.bans("ana", "lobby", 4));
  EXPECT_FALSE(kicked.bans("ana", "lobby", 6));
}

}  // namespace
}  // namespace chat
