#pragma once

#include <gmock/gmock.h>

#include "backplane/peer.hpp"

/// The behaviour of every backplane, also of one that loses publications. A backplane is done when it is green here:
/// INSTANTIATE_TYPED_TEST_SUITE_P(Mine, BackplaneContract, MySource). One that publishes each message it stores is
/// green in delivery_contract.hpp, too.
namespace chat {

using testing::ElementsAre;
using testing::IsEmpty;

template <class Source>
class BackplaneContract : public ServicesTest<Source> {};
TYPED_TEST_SUITE_P(BackplaneContract);

TYPED_TEST_P(BackplaneContract, NumbersTheMessagesOfARoomOneTwoThree) {
  for (Offset expected = 1; expected <= 3; ++expected) {
    EXPECT_EQ(this->a.append("lobby", "{m}")->position.offset, expected);
  }
  EXPECT_EQ(this->b.append("garden", "{m}")->position.offset, 1U);
}

TYPED_TEST_P(BackplaneContract, KeepsTheEpochWhileTheLogLives) {
  const auto first = this->a.append("lobby", "{m}");
  const auto second = this->b.append("lobby", "{m}");
  EXPECT_FALSE(first->position.epoch.empty());
  EXPECT_EQ(first->position.epoch, second->position.epoch);
  EXPECT_EQ(this->a.state("lobby")->top, second->position);
  EXPECT_THAT(this->a.state("lobby")->ended, IsEmpty());
}

TYPED_TEST_P(BackplaneContract, StoresTheSameSendOnce) {
  const auto first = this->a.append("lobby", "{m}", "sender", 1);
  const auto again = this->b.append("lobby", "{m}", "sender", 1);
  EXPECT_FALSE(first->duplicate);
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(again->position, first->position);
  EXPECT_EQ(this->a.state("lobby")->top.offset, 1U);
}

TYPED_TEST_P(BackplaneContract, KnowsAnOlderSendButNotItsPlace) {
  const auto first = this->a.append("lobby", "{m}", "sender", 1);
  ASSERT_TRUE(this->a.append("lobby", "{m}", "sender", 2));
  const auto old = this->a.append("lobby", "{m}", "sender", 1);
  ASSERT_TRUE(old);
  EXPECT_TRUE(old->duplicate);
  EXPECT_EQ(old->position, (Position{first->position.epoch, 0}));
}

TYPED_TEST_P(BackplaneContract, RefusesASendThatLeavesAGapAndTellsTheLastOne) {
  ASSERT_TRUE(this->a.append("lobby", "{m}", "sender", 1));
  ASSERT_TRUE(this->a.append("lobby", "{m}", "sender", 2));
  const auto gap = this->a.append("lobby", "{m}", "sender", 4);
  ASSERT_FALSE(gap);
  EXPECT_EQ(gap.error().code, ErrorCode::out_of_sequence);
  EXPECT_EQ(gap.error().last, 2U);
  EXPECT_EQ(this->a.append("lobby", "{m}", "sender", 3)->position.offset, 3U);
}

TYPED_TEST_P(BackplaneContract, CountsEachSenderInEachRoomByItself) {
  ASSERT_TRUE(this->a.append("lobby", "{m}", "sender", 1));
  EXPECT_FALSE(this->a.append("garden", "{m}", "sender", 1)->duplicate);
  EXPECT_FALSE(this->a.append("lobby", "{m}", "other", 1)->duplicate);
}

TYPED_TEST_P(BackplaneContract, RefusesASenderThatDoesNotBeginWithOne) {
  for (const std::uint64_t n : {std::uint64_t{2}, (std::uint64_t{1} << 53) - 1}) {
    const auto jump = this->a.append("lobby", "{m}", "sender", n);
    ASSERT_FALSE(jump);
    EXPECT_EQ(jump.error().code, ErrorCode::out_of_sequence);
    EXPECT_EQ(jump.error().last, 0U);
  }
  EXPECT_FALSE(this->a.append("lobby", "{m}", "sender", 1)->duplicate);
  EXPECT_FALSE(this->a.append("lobby", "{m}", "sender", 2)->duplicate);
}

// A bad request of one client does not disturb the others in its room, also not those in the same batch.
TYPED_TEST_P(BackplaneContract, GoesOnForOthersWhateverNumbersASenderUses) {
  EXPECT_FALSE(this->a.append("lobby", "{hostile}", "hostile", 1'000'000'000'000'000));
  std::vector<Outcome<Appended>> outcomes(3);
  this->a.backplane().append({"lobby", "", 0, "{innocent}"}, outcomes[0].completion());
  this->a.backplane().append({"lobby", "hostile", 1'000'000'000'000'001, "{hostile}"}, outcomes[1].completion());
  this->a.backplane().append({"lobby", "ana", 1, "{innocent}"}, outcomes[2].completion());
  ASSERT_TRUE(run_until(this->loop, [&] { return outcomes[2].is_there(); }));
  EXPECT_TRUE(*outcomes[0]);
  EXPECT_TRUE(*outcomes[2]);
  const auto later = this->a.append("lobby", "{later}");
  EXPECT_TRUE(later) << later.error().message;
}

TYPED_TEST_P(BackplaneContract, StoresAnIdempotencyKeyOnceInEachRoom) {
  ASSERT_TRUE(this->a.append("lobby", "{0}"));
  const auto first = this->a.append_keyed("lobby", "{1}", "order-7");
  ASSERT_TRUE(this->a.append("lobby", "{2}"));
  const auto again = this->b.append_keyed("lobby", "{another body}", "order-7");
  ASSERT_TRUE(first && again);
  EXPECT_FALSE(first->duplicate);
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(again->position, first->position);
  EXPECT_FALSE(this->b.append_keyed("garden", "{1}", "order-7")->duplicate);
  EXPECT_FALSE(this->b.append_keyed("lobby", "{3}", "order-8")->duplicate);
  EXPECT_THAT(this->a.texts("lobby", {0, 99, 99, false}), ElementsAre("1{0}", "2{1}", "3{2}", "4{3}"));
}

TYPED_TEST_P(BackplaneContract, TakesIdempotencyKeysOfAnyBytes) {
  std::string key(Append::kMaxKeyBytes, ' ');
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<char>(i * 2 + 1);
  for (const std::string& each :
       {key, key.substr(1), std::string(1, '\0'), std::string("{m}"), std::string("sender")}) {
    EXPECT_FALSE(this->a.append_keyed("lobby", "{m}", each)->duplicate);
    EXPECT_TRUE(this->b.append_keyed("lobby", "{m}", each)->duplicate);
  }
  EXPECT_FALSE(this->a.append("lobby", "{m}", "sender", 1)->duplicate) << "a key is no sender";
  for (const auto& text : this->a.texts("lobby", {0, 99, 99, false})) EXPECT_EQ(text.substr(1), "{m}");
}

TYPED_TEST_P(BackplaneContract, StoresAKeyOnceThatStandsTwiceInOneTurnAmongOthers) {
  std::vector<Outcome<Appended>> outcomes(5);
  this->a.backplane().append({"lobby", "", 0, "{plain}"}, outcomes[0].completion());
  this->a.backplane().append({"lobby", "", 0, "{keyed}", 0, {}, {}, "k"}, outcomes[1].completion());
  this->a.backplane().append({"lobby", "ana", 1, "{counted}"}, outcomes[2].completion());
  this->a.backplane().append({"lobby", "", 0, "{keyed}", 0, {}, {}, "k"}, outcomes[3].completion());
  this->a.backplane().append({"lobby", "ana", 2, "{counted}"}, outcomes[4].completion());
  ASSERT_TRUE(run_until(this->loop, [&] { return outcomes[4].is_there(); }));
  EXPECT_TRUE((*outcomes[3])->duplicate);
  EXPECT_EQ((*outcomes[3])->position, (*outcomes[1])->position);
  EXPECT_THAT(this->a.texts("lobby", {0, 99, 99, false}),
              ElementsAre("1{plain}", "2{keyed}", "3{counted}", "4{counted}"));
}

TYPED_TEST_P(BackplaneContract, KeepsTheOrderOfAppendsMadeInOneTurn) {
  std::vector<Outcome<Appended>> outcomes(50);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    this->a.backplane().append({"lobby", i % 2 == 0 ? "even" : "", i / 2 + 1, "{" + std::to_string(i) + "}"},
                               outcomes[i].completion());
    EXPECT_FALSE(outcomes[i].is_there()) << "completed before the method returned";
  }
  ASSERT_TRUE(run_until(this->loop, [&] { return outcomes.back().is_there(); }));
  for (std::size_t i = 0; i < outcomes.size(); ++i) EXPECT_EQ((*outcomes[i])->position.offset, i + 1);
  const auto stored = this->a.history("lobby", {0, std::numeric_limits<Offset>::max(), 100, false});
  for (std::size_t i = 0; i < stored->size(); ++i) EXPECT_EQ((*stored)[i].body.view(), "{" + std::to_string(i) + "}");
}

TYPED_TEST_P(BackplaneContract, ReadsRangesOldestFirstWhicheverEndIsKept) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(this->a.append("lobby", "{m}"));
  constexpr auto kEnd = std::numeric_limits<Offset>::max();
  struct Case {
    HistoryQuery query;
    std::vector<std::string> expected;
  };
  const Case cases[] = {
      {{0, kEnd, 9, false}, {"1{m}", "2{m}", "3{m}", "4{m}", "5{m}"}},
      {{0, kEnd, 2, false}, {"1{m}", "2{m}"}},
      {{0, kEnd, 2, true}, {"4{m}", "5{m}"}},
      {{2, kEnd, 2, false}, {"3{m}", "4{m}"}},
      {{1, 4, 9, false}, {"2{m}", "3{m}"}},
      {{1, 5, 2, true}, {"3{m}", "4{m}"}},
      {{5, kEnd, 9, false}, {}},
      {{0, 1, 9, true}, {}},
      {{0, 0, 9, false}, {}},
      {{9, kEnd, 9, true}, {}},
  };
  for (const auto& [query, expected] : cases) {
    EXPECT_EQ(this->b.texts("lobby", query), expected)
        << query.after << ".." << query.before << " most " << query.limit;
  }
  EXPECT_THAT(this->b.texts("nobody-wrote-here", {0, kEnd, 9, false}), IsEmpty());
}

TYPED_TEST_P(BackplaneContract, ForgetsTheOldestOfALongLogButNeverWhereItStands) {
  for (int i = 0; i < 400; ++i) this->a.backplane().append({"lobby", "", 0, "{}"}, [](const Result<Appended>&) {});
  ASSERT_EQ(this->a.append("lobby", "{}")->position.offset, 401U);
  const auto stored = this->a.history("lobby", {0, std::numeric_limits<Offset>::max(), 1000, false});
  EXPECT_GE(stored->size(), TypeParam::kHistory);
  EXPECT_LT(stored->size(), 401U);
  EXPECT_EQ(stored->back().offset, 401U);
  EXPECT_EQ(stored->front().offset, 401U - stored->size() + 1);
}

TYPED_TEST_P(BackplaneContract, TellsTheStateOfARoomNobodyWroteTo) {
  const auto state = this->a.state("lobby");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->top, (Position{"", 0}));
  const auto first = this->a.append("lobby", "{m}")->position;
  EXPECT_EQ(first.offset, 1U);
  EXPECT_NE(first.epoch, "");
}

TYPED_TEST_P(BackplaneContract, CarriesABroadcastToEveryNode) {
  this->a.backplane().broadcast("u chat-1.aa 1 2 3");
  const auto has_it = [](const RecordingSink& sink) { return sink.broadcasts.size() == 1; };
  EXPECT_TRUE(run_until(this->loop, [&] { return has_it(this->a.sink) && has_it(this->b.sink); }));
  EXPECT_THAT(this->b.sink.broadcasts, ElementsAre("u chat-1.aa 1 2 3"));
}

TYPED_TEST_P(BackplaneContract, TellsTheTopAsTheStateDoes) {
  const auto last = this->a.append("lobby", "{m}");
  const auto top = await<Position>(this->loop, [&](auto done) { this->b.backplane().top("lobby", std::move(done)); });
  ASSERT_TRUE(top);
  EXPECT_EQ(*top, last->position);
}

TYPED_TEST_P(BackplaneContract, PassesSignalsToSubscribersAndStoresNone) {
  ASSERT_TRUE(this->b.subscribe("lobby"));
  this->a.backplane().signal("lobby", Signal::typing, "id Ana with spaces");
  ASSERT_TRUE(run_until(this->loop, [&] { return !this->b.sink.signals.empty(); }));
  EXPECT_EQ(this->b.sink.signals[0].room, "lobby");
  EXPECT_EQ(this->b.sink.signals[0].kind, Signal::typing);
  EXPECT_EQ(this->b.sink.signals[0].payload, "id Ana with spaces");
  EXPECT_EQ(this->a.state("lobby")->top.offset, 0U);
}

TYPED_TEST_P(BackplaneContract, CompletesNothingAfterItHasStopped) {
  Outcome<Appended> appended;
  Outcome<LogState> subscribed;
  this->a.backplane().append({"lobby", "", 0, "{m}"}, appended.completion());
  this->a.backplane().subscribe("lobby", subscribed.completion());
  this->a.backplane().stop();
  ASSERT_TRUE(this->b.append("lobby", "{m}"));
  ASSERT_TRUE(this->b.append("lobby", "{m}"));
  EXPECT_EQ(appended.times() + subscribed.times(), 0);
  EXPECT_THAT(this->a.sink.published, IsEmpty());
}

/// A message of `person` under these terms.
inline Append on_terms(std::string person, SendPace pace, bool may_create = true) {
  Append append{"lobby", {}, 0, "{m}"};
  append.terms = std::make_shared<AppendTerms>(AppendTerms{std::move(person), pace, may_create});
  return append;
}

TYPED_TEST_P(BackplaneContract, HoldsAPersonToItsPaceThroughAllNodes) {
  const SendPace pace{Seconds(60), 2};
  EXPECT_TRUE(this->a.append(on_terms("ana", pace)));
  EXPECT_TRUE(this->b.append(on_terms("ana", pace)));
  const auto refused = this->a.append(on_terms("ana", pace));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::rate_limited);
  EXPECT_GT(refused.error().retry_after, Seconds(50));
  EXPECT_LE(refused.error().retry_after, Seconds(60));
  EXPECT_TRUE(this->b.append(on_terms("bob", pace))) << "another person";
  EXPECT_TRUE(this->b.append(on_terms("ana", {}))) << "the pace is taken away";
  EXPECT_EQ(this->a.state("lobby")->top.offset, 4U) << "a refused message takes no offset";
}

TYPED_TEST_P(BackplaneContract, CountsARepetitionForNoPace) {
  Append first = on_terms("ana", {Seconds(60), 1});
  first.sender = "sender";
  first.seq = 1;
  ASSERT_TRUE(this->a.append(first));
  EXPECT_TRUE(this->b.append(first)->duplicate);
  Append second = first;
  second.seq = 2;
  EXPECT_EQ(this->b.append(second).error().code, ErrorCode::rate_limited);
  second.terms.reset();
  EXPECT_FALSE(this->b.append(second)->duplicate) << "the refused message was not counted";
}

TYPED_TEST_P(BackplaneContract, BeginsARoomOnlyWithAMessageThatMayBeItsFirst) {
  const auto refused = this->a.append(on_terms("ana", {}, false));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  EXPECT_EQ(this->a.state("lobby")->top, Position{}) << "nothing of it is kept";
  ASSERT_TRUE(this->b.append(on_terms("bob", {}, true)));
  EXPECT_EQ(this->a.append(on_terms("ana", {}, false))->position.offset, 2U);
}

/// A question whether this message is stored.
inline Append repetition(std::string sender, std::uint64_t seq, std::string key = {}) {
  Append append{"lobby", std::move(sender), seq, {}};
  append.terms = std::make_shared<AppendTerms>(AppendTerms{{}, {}, true, true});
  append.idempotency_key = std::move(key);
  return append;
}

TYPED_TEST_P(BackplaneContract, TakesOnlyARepetitionWhereNothingElseIsWanted) {
  const auto is_new = [&](const Append& append) { return this->b.append(append).error().code == ErrorCode::not_found; };
  EXPECT_TRUE(is_new(repetition("sender", 1)));
  EXPECT_TRUE(is_new(repetition("", 0, "order-7")));
  EXPECT_EQ(this->a.state("lobby")->top, Position{}) << "nothing of it is kept";
  const auto first = this->a.append("lobby", "{m}", "sender", 1);
  const auto keyed = this->a.append_keyed("lobby", "{m}", "order-7");
  EXPECT_EQ(this->b.append(repetition("sender", 1))->position, first->position);
  EXPECT_EQ(this->b.append(repetition("", 0, "order-7"))->position, keyed->position);
  EXPECT_TRUE(is_new(repetition("sender", 2)));
  EXPECT_TRUE(is_new(repetition("other", 1)));
  EXPECT_TRUE(is_new(repetition("", 0, "order-8")));
  EXPECT_EQ(this->b.append(repetition("sender", 3)).error().code, ErrorCode::out_of_sequence);
  EXPECT_EQ(this->a.append("lobby", "{m}", "sender", 2)->position.offset, 3U) << "it took nothing";
}

TYPED_TEST_P(BackplaneContract, CountsTheKeysOfEachBudgetApart) {
  Append message{"lobby", {}, 0, "{m}"};
  message.idempotency_key = "k";
  for (const KeyBudget budget : {KeyBudget::application, KeyBudget::people, KeyBudget::actions}) {
    message.key_budget = budget;
    EXPECT_FALSE(this->a.append(message)->duplicate);
    EXPECT_TRUE(this->b.append(message)->duplicate);
  }
}

REGISTER_TYPED_TEST_SUITE_P(BackplaneContract, TakesOnlyARepetitionWhereNothingElseIsWanted,
                            CountsTheKeysOfEachBudgetApart, NumbersTheMessagesOfARoomOneTwoThree,
                            KeepsTheEpochWhileTheLogLives, StoresTheSameSendOnce, KnowsAnOlderSendButNotItsPlace,
                            RefusesASendThatLeavesAGapAndTellsTheLastOne, CountsEachSenderInEachRoomByItself,
                            StoresAnIdempotencyKeyOnceInEachRoom, TakesIdempotencyKeysOfAnyBytes,
                            StoresAKeyOnceThatStandsTwiceInOneTurnAmongOthers, RefusesASenderThatDoesNotBeginWithOne,
                            GoesOnForOthersWhateverNumbersASenderUses, KeepsTheOrderOfAppendsMadeInOneTurn,
                            ReadsRangesOldestFirstWhicheverEndIsKept, ForgetsTheOldestOfALongLogButNeverWhereItStands,
                            TellsTheStateOfARoomNobodyWroteTo, CarriesABroadcastToEveryNode, TellsTheTopAsTheStateDoes,
                            PassesSignalsToSubscribersAndStoresNone, CompletesNothingAfterItHasStopped,
                            HoldsAPersonToItsPaceThroughAllNodes, CountsARepetitionForNoPace,
                            BeginsARoomOnlyWithAMessageThatMayBeItsFirst);

}  // namespace chat
