#pragma once

#include <gmock/gmock.h>

#include "backplane/peer.hpp"

/// The behaviour of every messenger and every store of claims and secrets; see backplane_contract.hpp.
namespace chat {

template <class Source>
class MessengerContract : public ServicesTest<Source> {
 protected:
  static constexpr Seconds kLong{10};

  Result<bool> listen(Peer& peer, std::string address, Messenger::Handler handler) {
    return await<bool>(this->loop, [&](auto done) {
      peer.messenger().listen(std::move(address), std::move(handler), std::move(done));
    });
  }
  Result<std::string> ask(Peer& peer, std::string address, std::string request, Milliseconds most = kLong) {
    return await<std::string>(this->loop, [&](auto done) {
      peer.messenger().ask(std::move(address), std::move(request), most, std::move(done));
    });
  }
  Result<std::string> agree(Peer& peer, std::string offer) {
    const auto agreed =
        await<SharedSecret>(this->loop, [&](auto done) { peer.kv().agree_secret(std::move(offer), std::move(done)); });
    if (!agreed) return agreed.error();
    return agreed->previous.empty() ? agreed->current : agreed->current + " after " + agreed->previous;
  }
  static Messenger::Handler echo(std::string who) {
    return
        [who](std::string_view request, const Messenger::Answer& answer) { answer(who + ": " + std::string(request)); };
  }
};
TYPED_TEST_SUITE_P(MessengerContract);

TYPED_TEST_P(MessengerContract, CarriesARequestToTheNodeThatListensAndItsAnswerBack) {
  ASSERT_TRUE(this->listen(this->b, "one", this->echo("b")));
  EXPECT_EQ(*this->ask(this->a, "one", "hello"), "b: hello");
}

TYPED_TEST_P(MessengerContract, AnswersANodeThatAsksItself) {
  ASSERT_TRUE(this->listen(this->a, "one", this->echo("a")));
  EXPECT_EQ(*this->ask(this->a, "one", "hello"), "a: hello");
}

TYPED_TEST_P(MessengerContract, CarriesAnyBytes) {
  std::string bytes("\0\r\n $5\n\xff", 8);
  for (int i = 0; i < 16; ++i) bytes += bytes;
  bytes.resize(300'000);
  ASSERT_TRUE(this->listen(this->b, "one", this->echo("b")));
  EXPECT_EQ(*this->ask(this->a, "one", bytes), "b: " + bytes);
  EXPECT_EQ(*this->ask(this->a, "one", ""), "b: ");
}

TYPED_TEST_P(MessengerContract, TellsAtOnceThatNobodyListens) {
  ASSERT_TRUE(this->listen(this->b, "one", this->echo("b")));
  const auto begun = std::chrono::steady_clock::now();
  const auto nobody = this->ask(this->a, "two", "hello");
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::not_found);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, this->kLong / 2);
}

TYPED_TEST_P(MessengerContract, FindsNobodyWhereANodeNoLongerListens) {
  ASSERT_TRUE(this->listen(this->b, "one", this->echo("b")));
  this->b.messenger().unlisten("one");
  ASSERT_TRUE(this->listen(this->b, "two", this->echo("b")));  // answered after that
  EXPECT_EQ(this->ask(this->a, "one", "hello").error().code, ErrorCode::not_found);
  EXPECT_EQ(this->ask(this->b, "one", "hello").error().code, ErrorCode::not_found);
}

TYPED_TEST_P(MessengerContract, WaitsForAnAnswerThatComesLaterWhileOthersCome) {
  Messenger::Answer later;
  ASSERT_TRUE(
      this->listen(this->b, "slow", [&](std::string_view, Messenger::Answer answer) { later = std::move(answer); }));
  ASSERT_TRUE(this->listen(this->b, "fast", this->echo("b")));
  Outcome<std::string> slow;
  this->a.messenger().ask("slow", "?", this->kLong, slow.completion());
  EXPECT_EQ(*this->ask(this->a, "fast", "!"), "b: !");
  EXPECT_FALSE(slow.is_there());
  ASSERT_TRUE(run_until(this->loop, [&] { return later != nullptr; }));
  later("at last");
  ASSERT_TRUE(run_until(this->loop, [&] { return slow.is_there(); }));
  EXPECT_EQ(**slow, "at last");
}

TYPED_TEST_P(MessengerContract, GivesUpAnAnswerThatDoesNotComeInTimeAndDropsItThen) {
  Messenger::Answer later;
  ASSERT_TRUE(
      this->listen(this->b, "one", [&](std::string_view, Messenger::Answer answer) { later = std::move(answer); }));
  Outcome<std::string> asked;
  this->a.messenger().ask("one", "?", Milliseconds(50), asked.completion());
  ASSERT_TRUE(run_until(this->loop, [&] { return asked.is_there() && later != nullptr; }));
  EXPECT_EQ(asked->error().code, ErrorCode::unavailable);
  later("too late");
  ASSERT_TRUE(this->listen(this->b, "two", this->echo("b")));
  EXPECT_EQ(*this->ask(this->a, "two", "!"), "b: !");
  EXPECT_EQ(asked.times(), 1);
}

TYPED_TEST_P(MessengerContract, GivesEveryNodeTheSecretThatWasOfferedFirst) {
  EXPECT_EQ(*this->agree(this->a, "of a"), "of a");
  EXPECT_EQ(*this->agree(this->b, "of b"), "of a");
  EXPECT_EQ(*this->agree(this->a, "another"), "of a");
}

TYPED_TEST_P(MessengerContract, CompletesNothingAfterItHasStopped) {
  ASSERT_TRUE(this->listen(this->b, "one", [](std::string_view, const Messenger::Answer&) {}));
  Outcome<std::string> asked;
  this->a.messenger().ask("one", "?", Milliseconds(1), asked.completion());
  this->a.backplane().stop();
  ASSERT_TRUE(this->b.append("lobby", "{m}"));
  ASSERT_TRUE(this->b.append("lobby", "{m}"));
  EXPECT_EQ(asked.times(), 0);
}

TYPED_TEST_P(MessengerContract, KeepsTheSecretThatARotationReplaces) {
  const auto rotate = [this](Peer& peer, std::string secret) {
    return await<bool>(this->loop,
                       [&](auto done) { peer.kv().rotate_secret(std::move(secret), Seconds(60), std::move(done)); });
  };
  ASSERT_TRUE(rotate(this->a, "the first secret"));
  EXPECT_EQ(*this->agree(this->b, "another secret"), "the first secret");
  ASSERT_TRUE(rotate(this->a, "the second secret"));
  EXPECT_EQ(*this->agree(this->b, "another secret"), "the second secret after the first secret");
  ASSERT_TRUE(rotate(this->b, "the third secret"));
  EXPECT_EQ(*this->agree(this->a, "another secret"), "the third secret after the second secret");
}

TYPED_TEST_P(MessengerContract, GivesANameToTheFirstWhoClaimsIt) {
  const auto claim = [this](auto& peer, std::string name) {
    return await<bool>(this->loop, [&](auto done) { peer.kv().claim(std::move(name), Seconds(1), std::move(done)); });
  };
  EXPECT_EQ(*claim(this->a, "id"), true);
  EXPECT_EQ(*claim(this->b, "id"), false);
  EXPECT_EQ(*claim(this->a, "id"), false);
  EXPECT_EQ(*claim(this->b, "another"), true);
  EXPECT_TRUE(run_until(this->loop, [&] { return *claim(this->b, "id"); })) << "it is forgotten in time";
}

REGISTER_TYPED_TEST_SUITE_P(MessengerContract, CarriesARequestToTheNodeThatListensAndItsAnswerBack,
                            AnswersANodeThatAsksItself, CarriesAnyBytes, TellsAtOnceThatNobodyListens,
                            FindsNobodyWhereANodeNoLongerListens, WaitsForAnAnswerThatComesLaterWhileOthersCome,
                            GivesUpAnAnswerThatDoesNotComeInTimeAndDropsItThen,
                            GivesEveryNodeTheSecretThatWasOfferedFirst, KeepsTheSecretThatARotationReplaces,
                            GivesANameToTheFirstWhoClaimsIt, CompletesNothingAfterItHasStopped);

}  // namespace chat
