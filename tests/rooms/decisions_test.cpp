#include "rooms/decisions.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kBody = R"({"from":{"id":"u1","name":"Ana"},"text":"hi","time":7,"node":"n","seq":3})";

/// Decides when the test lets it.
class HeldApplication final : public Application {
 public:
  bool decides_joins(std::string_view room) const override { return room != "free"; }
  void decide_join(const Asker& asker, const std::string&, Completion<std::optional<Rights>> done) override {
    askers.push_back(asker.user.name);
    joins.push_back(std::move(done));
  }
  bool decides_messages(std::string_view room) const override { return room != "free"; }
  void decide_message(const MessageQuestion& question, Completion<MessageDecision> done) override {
    askers.push_back(question.asker.user.name + ": " + question.content.value);
    marks.push_back(question.mark);
    messages.push_back(std::move(done));
  }
  void call(const Asker&, const Call&, Completion<CallResult>) override {}

  std::vector<std::string> askers, marks;
  std::vector<Completion<std::optional<Rights>>> joins;
  std::vector<Completion<MessageDecision>> messages;
};

/// Gives everybody these rights.
class OneRule final : public Policy {
 public:
  Access access(const Principal&, std::string_view) const override { return {rights, &settings}; }
  std::optional<CloseReason> exclusion(const Principal&) const override { return closed; }

  Rights rights = kAllRights;
  std::optional<CloseReason> closed;

 private:
  RoomSettings settings;
};

class DecisionsTest : public testing::Test {
 protected:
  static to_rooms::Join join(const std::string& room = "club") {
    to_rooms::Join mail{};
    mail.session = kSession;
    mail.join.room = room;
    mail.user = {"u1", "Ana"};
    return mail;
  }
  static to_rooms::Send send(const std::string& body = kBody, const std::string& room = "club") {
    to_rooms::Send mail{};
    mail.session = kSession;
    mail.append.room = room;
    mail.append.body = body;
    return mail;
  }
  bool take_join(const std::string& room = "club") {
    auto mail = join(room);
    return decisions.take(mail);
  }
  bool take_send(const std::string& body = kBody, const std::string& room = "club") {
    auto mail = send(body, room);
    return decisions.take(mail);
  }

  static constexpr SessionRef kSession{0, 1, 2, {}};
  HeldApplication application;
  std::vector<std::string> joined, refused, sent, cancelled, answers;
  std::vector<std::optional<Rights>> kept;
  Result<Ack> stored = not_stored();  // as the store knows the message that is looked up
  OneRule policy;
  Decisions decisions{application,
                      policy,
                      {[this](const to_rooms::Join& mail, std::optional<Rights> rights) {
                         joined.push_back(mail.user.name);
                         kept.push_back(rights);
                       },
                       [this](const to_rooms::Join&, const Failure& failure) { refused.push_back(failure.message); },
                       [this](const to_rooms::Join&, const Failure& failure) {
                         cancelled.push_back(std::string(to_text(failure.code)) + ' ' + failure.message);
                       },
                       [this](const to_rooms::Send&, const Completion<Ack>& done) { done(stored); },
                       [this](const to_rooms::Send& mail) { sent.push_back(mail.append.body); },
                       [this](const to_rooms::Send&, const Failure& failure) { refused.push_back(failure.message); },
                       [this](const to_rooms::Send&, const Result<Ack>& ack) {
                         answers.push_back(ack ? "ack " + std::to_string(ack->position.offset) : ack.error().message);
                       }}};
};

TEST_F(DecisionsTest, TakeOnlyWhatTheApplicationDecides) {
  EXPECT_FALSE(take_join("free"));
  EXPECT_FALSE(take_send(kBody, "free"));
  EXPECT_THAT(application.askers, IsEmpty());
}

TEST_F(DecisionsTest, LetASessionInWithTheRightsItKeeps) {
  ASSERT_TRUE(take_join());
  EXPECT_THAT(joined, IsEmpty());
  application.joins[0](std::optional(Rights{Right::join}));
  EXPECT_THAT(joined, ElementsAre("Ana"));
  EXPECT_EQ(kept[0], Rights{Right::join});
  EXPECT_FALSE(decisions.take(to_rooms::Leave{kSession, "club", {}}));  // the rooms know it
}

TEST_F(DecisionsTest, HideALeaveFromTheRoomsThatNeverKnewTheJoin) {
  ASSERT_TRUE(take_join());
  application.joins[0](Failure{ErrorCode::forbidden, "no"});
  EXPECT_THAT(refused, ElementsAre("no"));
  EXPECT_TRUE(decisions.take(to_rooms::Leave{kSession, "club", {}}));
  EXPECT_FALSE(decisions.take(to_rooms::Leave{kSession, "club", {}}));
}

TEST_F(DecisionsTest, ForgetAJoinWhoseSessionLeavesMeanwhile) {
  ASSERT_TRUE(take_join());
  EXPECT_TRUE(decisions.take(to_rooms::Leave{kSession, "club", {}}));
  ASSERT_TRUE(take_join());  // anew
  application.joins[0](std::optional<Rights>{});
  EXPECT_THAT(joined, IsEmpty());
  application.joins[1](std::optional<Rights>{});
  EXPECT_THAT(joined, ElementsAre("Ana"));
}

TEST_F(DecisionsTest, LetASessionInUnderTheNameItHasByThen) {
  ASSERT_TRUE(take_join());
  EXPECT_TRUE(decisions.take(to_rooms::Rename{kSession, "club", {"u1", "Ana"}, {"u1", "Anna"}}));
  application.joins[0](std::optional<Rights>{});
  EXPECT_THAT(joined, ElementsAre("Anna"));
}

TEST_F(DecisionsTest, KeepTheOrderOfASessionsMessages) {
  ASSERT_TRUE(take_send(R"({"from":{"id":"u1","name":"Ana"},"text":"1"})"));
  ASSERT_TRUE(take_send(R"({"from":{"id":"u1","name":"Ana"},"data":[2]})"));
  EXPECT_THAT(application.askers, ElementsAre("Ana: 1"));
  application.messages[0](MessageDecision{});
  EXPECT_THAT(application.askers, ElementsAre("Ana: 1", "Ana: [2]"));
  application.messages[1](Failure{ErrorCode::forbidden, "no"});
  EXPECT_EQ(sent.size(), 1U);
  EXPECT_THAT(refused, ElementsAre("no"));
}

TEST_F(DecisionsTest, ReplaceTheContentOfAMessageAndNothingElse) {
  ASSERT_TRUE(take_send());
  application.messages[0](MessageDecision{Content{Content::Kind::text, "a \"word\""}});
  EXPECT_THAT(sent,
              ElementsAre(R"({"from":{"id":"u1","name":"Ana"},"text":"a \"word\"","time":7,"node":"n","seq":3})"));
  ASSERT_TRUE(take_send());
  application.messages[1](MessageDecision{Content{Content::Kind::data, "[1]"}});
  EXPECT_EQ(sent[1], R"({"from":{"id":"u1","name":"Ana"},"data":[1],"time":7,"node":"n","seq":3})");
}

TEST_F(DecisionsTest, HoldABoundedNumberOfMessages) {
  for (std::size_t i = 0; i < Decisions::kMaxMessages; ++i) ASSERT_TRUE(take_send());
  EXPECT_THAT(answers, IsEmpty());
  ASSERT_TRUE(take_send());
  EXPECT_EQ(answers.size(), 1U);
}

TEST_F(DecisionsTest, AskNothingAboutAMessageThatIsStoredAlready) {
  stored = Ack{"club", {"e", 7}, true};
  ASSERT_TRUE(take_send());
  EXPECT_THAT(application.askers, IsEmpty());
  EXPECT_THAT(answers, ElementsAre("ack 7"));
  stored = Failure{ErrorCode::out_of_sequence, "a gap"};
  ASSERT_TRUE(take_send());
  EXPECT_THAT(application.askers, IsEmpty());
  EXPECT_THAT(answers, ElementsAre("ack 7", "a gap"));
}

TEST_F(DecisionsTest, NameARepetitionByTheSameMarkAndAnotherMessageByAnother) {
  const auto ask = [this](const std::string& sender, std::uint64_t seq, const std::string& body = kBody) {
    auto mail = send(body);
    mail.append.sender = sender;
    mail.append.seq = seq;
    decisions.take(mail);
    application.messages.back()(Failure{ErrorCode::unavailable, "no answer"});
    return application.marks.back();
  };
  const auto mark = ask("s", 3);
  EXPECT_EQ(ask("s", 3), mark);
  EXPECT_NE(ask("s", 4), mark);
  EXPECT_NE(ask("t", 3), mark);
  EXPECT_NE(ask("s", 3, R"({"from":{"id":"u1","name":"Ana"},"text":"other"})"), mark) << "the first one was refused";
  EXPECT_EQ(ask("", 0), "") << "cannot be told from others";
}

TEST_F(DecisionsTest, DoWhatTheApplicationOrdersBeforeTheMessageIsStored) {
  Completion<bool> done;
  ASSERT_TRUE(take_send());
  application.messages[0](MessageDecision{{}, [&done](Completion<bool> then) { done = std::move(then); }});
  EXPECT_THAT(sent, IsEmpty());
  done(true);
  EXPECT_EQ(sent.size(), 1U);
  ASSERT_TRUE(take_send());
  application.messages[1](MessageDecision{{}, [&done](Completion<bool> then) { done = std::move(then); }});
  done(Failure{ErrorCode::unavailable, "no store"});
  EXPECT_THAT(refused, ElementsAre("no store"));
}

TEST_F(DecisionsTest, RefuseAMessageWhoseSenderIsMutedWhileTheApplicationThinks) {
  bool is_done = false;
  ASSERT_TRUE(take_send());
  policy.rights = Rights{Right::join, Right::history};
  application.messages[0](MessageDecision{{}, [&is_done](const Completion<bool>&) { is_done = true; }});
  EXPECT_THAT(sent, IsEmpty());
  EXPECT_THAT(refused, ElementsAre("in this room you may not do this"));
  EXPECT_FALSE(is_done) << "what the application orders for a message that is not stored";
}

TEST_F(DecisionsTest, RefuseAMessageWhoseSenderIsBlockedWhileTheApplicationThinks) {
  ASSERT_TRUE(take_send());
  policy.closed = CloseReason{CloseCode::disconnected, "blocked"};
  application.messages[0](MessageDecision{});
  EXPECT_THAT(sent, IsEmpty());
  EXPECT_THAT(refused, ElementsAre("blocked"));
}

TEST_F(DecisionsTest, RefuseTheMessagesOfASessionThatIsTakenOutMeanwhileButNotOfOneThatLeaves) {
  ASSERT_TRUE(take_send());
  decisions.take(to_rooms::Leave{kSession, "club", {}});
  application.messages[0](MessageDecision{});
  EXPECT_EQ(sent.size(), 1U) << "it was sent before";
  ASSERT_TRUE(take_send());
  ASSERT_TRUE(take_send());
  decisions.take(to_rooms::Leave{kSession, "club", {}, "kicked"});
  application.messages[1](MessageDecision{});
  EXPECT_EQ(sent.size(), 1U);
  EXPECT_THAT(refused, ElementsAre("kicked", "kicked"));
  EXPECT_EQ(application.messages.size(), 2U) << "the second one is not asked about";
}

TEST_F(DecisionsTest, AnswerAJoinWhoseSessionIsTakenOutMeanwhile) {
  ASSERT_TRUE(take_join());
  EXPECT_TRUE(decisions.take(to_rooms::Leave{kSession, "club", {}, "banned"}));
  EXPECT_THAT(cancelled, ElementsAre("forbidden banned"));
  application.joins[0](std::optional<Rights>{});
  EXPECT_THAT(joined, IsEmpty());
  EXPECT_EQ(cancelled.size(), 1U);
}

}  // namespace
}  // namespace chat
