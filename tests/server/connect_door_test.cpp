#include "server/connect_door.hpp"

#include <gtest/gtest.h>

#include "chat/core/person_id.hpp"

namespace chat {
namespace {

std::shared_ptr<const Identity> token_of(const std::string& subject) {
  auto identity = std::make_shared<Identity>();
  identity->subject = subject;
  identity->user_id = user_id_of_subject(subject);
  identity->name = "Ana";
  identity->expires_at = 5;
  identity->rooms = {{"lobby", {Right::join}}};
  return identity;
}

TEST(ConnectDoor, AnEmptyAnswerLeavesTheClientWhoItIs) {
  const auto token = token_of("ana");
  EXPECT_EQ(entry_by({}, token).identity, token);
  EXPECT_EQ(entry_by({}, nullptr).identity, nullptr);
  EXPECT_EQ(entry_by({}, nullptr).status, 0u);
}

TEST(ConnectDoor, ADenialHasAStatusAndAText) {
  ConnectAnswer answer;
  answer.deny = "pay first";
  answer.status = 402;
  const auto entry = entry_by(answer, nullptr);
  EXPECT_EQ(entry.status, 402u);
  EXPECT_EQ(entry.text, "pay first");
  answer.deny = "";
  EXPECT_EQ(entry_by(answer, nullptr).text, "the application does not allow it");
}

TEST(ConnectDoor, TheAnswerNamesTheUserOfAClientWithoutToken) {
  ConnectAnswer answer;
  answer.user = HookUser{"bo@example.org", "Bo", "{}"};
  answer.rooms = {{"team.*", {Right::send}}};
  answer.expires_at = 7;
  const auto identity = entry_by(answer, nullptr).identity;
  ASSERT_NE(identity, nullptr);
  EXPECT_EQ(identity->subject, "bo@example.org");
  EXPECT_EQ(identity->user_id, user_id_of_subject("bo@example.org"));
  EXPECT_EQ(identity->name, "Bo");
  EXPECT_EQ(identity->info, "{}");
  EXPECT_EQ(identity->rooms, answer.rooms);
  EXPECT_EQ(identity->expires_at, 7);
}

TEST(ConnectDoor, TheAnswerAddsRightsToThoseOfATokenAndSetsAnotherEnd) {
  ConnectAnswer answer;
  answer.rooms = {{"team.*", {Right::send}}};
  answer.expires_at = 7;
  const auto identity = entry_by(answer, token_of("ana")).identity;
  EXPECT_EQ(identity->subject, "ana");
  EXPECT_EQ(identity->rooms, (std::vector<RoomRights>{{"lobby", {Right::join}}, {"team.*", {Right::send}}}));
  EXPECT_EQ(identity->expires_at, 7);
}

TEST(ConnectDoor, WhatTheAnswerGivesStaysWhenANewerTokenComes) {
  ConnectAnswer answer;
  answer.rooms = {{"team.*", {Right::send}}};
  answer.expires_at = 7;
  const auto identity = entry_by(answer, token_of("ana")).identity;
  auto newer = std::make_shared<Identity>(*token_of("ana"));
  newer->expires_at = 99;
  newer->rooms = {{"garden", {Right::join}}};
  const auto renewed = with_grant(newer, identity->grant);
  EXPECT_EQ(renewed->expires_at, 7);
  EXPECT_EQ(renewed->rooms, (std::vector<RoomRights>{{"garden", {Right::join}}, {"team.*", {Right::send}}}));
  EXPECT_EQ(with_grant(newer, nullptr), newer);
}

TEST(ConnectDoor, AUserWhomTheAnswerNamesIsKnownByTheTokenThatItWasAskedAbout) {
  ConnectAnswer answer;
  answer.user = HookUser{"ana@example.org", "Ana", {}};
  const auto by_token = entry_by(answer, token_of("17")).identity;
  EXPECT_TRUE(by_token->is_shown_by(token_of("17").get()));
  EXPECT_FALSE(by_token->is_shown_by(token_of("18").get()));
  EXPECT_FALSE(by_token->is_shown_by(nullptr));
  EXPECT_EQ(with_grant(token_of("17"), by_token->grant)->subject, "ana@example.org");
  const auto by_cookie = entry_by(answer, nullptr).identity;
  EXPECT_TRUE(by_cookie->is_shown_by(nullptr));
  EXPECT_TRUE(by_cookie->is_shown_by(token_of("ana@example.org").get()));
  EXPECT_FALSE(by_cookie->is_shown_by(token_of("17").get()));
}

TEST(ConnectDoor, RightsOfNobodyAreNoUsableAnswer) {
  ConnectAnswer answer;
  answer.rooms = {{"team.*", {Right::send}}};
  EXPECT_EQ(entry_by(answer, nullptr).status, 503u);
}

}  // namespace
}  // namespace chat
