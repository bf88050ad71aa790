#include "backplane/journaled_appender.hpp"

#include <gmock/gmock.h>

#include <map>

#include "support/manual_clock.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Ana's first message is acknowledged. A test sets the messages that the log knows.
class JournaledAppenderTest : public testing::Test {
 protected:
  JournaledAppenderTest() {
    appender.on_available(true);
    append(1);
    calls.clear();
  }
  Result<Appended> append(std::uint64_t n) {
    Result<Appended> outcome = Failure{ErrorCode::busy, "no outcome"};
    appender.append({"lobby", "ana", n, "{}"}, [&](Result<Appended> appended) { outcome = std::move(appended); });
    return outcome;
  }
  void come_back(bool has_restarted, LogState state) {
    appender.on_away();
    log = std::move(state);
    appender.on_available(has_restarted);
  }
  void wait_longer_than_others_keep_their_part() { clock.advance(Journal::kAge + Milliseconds(1)); }

  ManualClock clock;
  std::vector<std::string> calls;  // "<n>", or "<n> after a gap"
  std::optional<Failure> refusal;
  std::optional<LogState> log = LogState{{"first", 0}, {}};  // none: it cannot be read
  JournaledAppender appender{
      {[this](const Append& append, bool after_gap, const Completion<Appended>& done) {
         calls.push_back(append.idempotency_key.empty() ? std::to_string(append.seq) : append.idempotency_key);
         if (after_gap) calls.back() += " after a gap";
         if (refusal && !after_gap) return done(*refusal);
         done(Appended{{log->top.epoch, ++log->top.offset}, false});
       },
       [this](const std::string&, const Completion<LogState>& done) {
         log ? done(*log) : done(Failure{ErrorCode::unavailable, "not now"});
       }},
      clock};
};

const LogState kEmptied{{"next", 0}, {}};              // knows no earlier life
const LogState kRewound{{"next", 0}, {{"first", 0}}};  // has lost the tail of the earlier one
const LogState kWhole{{"next", 1}, {{"first", 1}}};    // has lost nothing
const Failure kGap{ErrorCode::out_of_sequence, "a gap"};

TEST_F(JournaledAppenderTest, AppendsAgainWhatALogHasLost) {
  come_back(true, kRewound);
  EXPECT_THAT(calls, ElementsAre("1"));
}

TEST_F(JournaledAppenderTest, AppendsNothingIfTheLogIsWhole) {
  come_back(true, kWhole);
  EXPECT_THAT(calls, IsEmpty());
}

TEST_F(JournaledAppenderTest, AppendsAgainWhatANewRoomHadWhenTheStoreHasRestartedWithoutIt) {
  come_back(true, kEmptied);
  EXPECT_THAT(calls, ElementsAre("1"));
}

TEST_F(JournaledAppenderTest, BringsNothingBackIntoALogThatWasWiped) {
  come_back(false, kEmptied);
  come_back(true, {{"after next", 0}, {}});
  EXPECT_THAT(calls, IsEmpty());
}

TEST_F(JournaledAppenderTest, LearnsFromAnyStateThatIsReadThatALogWasWiped) {
  appender.on_state("lobby", kEmptied);
  come_back(true, {{"after next", 0}, {}});
  EXPECT_THAT(calls, IsEmpty());
}

TEST_F(JournaledAppenderTest, TakesAnEmptyLogForNoWipedOneUntilItKnowsWhetherTheStoreHasRestarted) {
  appender.on_away();
  appender.on_state("lobby", kEmptied);  // commands are answered already, appends are not
  come_back(true, kEmptied);
  EXPECT_THAT(calls, ElementsAre("1"));
}

TEST_F(JournaledAppenderTest, RestoresALogWhenItCanBeRead) {
  come_back(true, kEmptied);
  calls.clear();
  appender.on_away();
  log.reset();
  appender.on_available(true);
  appender.check();
  EXPECT_THAT(calls, IsEmpty());
  log = LogState{{"after next", 0}, {}};
  appender.check();
  EXPECT_THAT(calls, ElementsAre("1"));
}

TEST_F(JournaledAppenderTest, RemembersARestartUntilEachLogIsCompared) {
  appender.on_away();
  log.reset();
  appender.on_available(true);
  come_back(false, kEmptied);
  EXPECT_THAT(calls, ElementsAre("1"));
}

TEST_F(JournaledAppenderTest, TriesAgainWhileAnotherNodeHasNotBroughtBackWhatWasBefore) {
  refusal = kGap;
  come_back(true, kRewound);
  appender.check();
  EXPECT_THAT(calls, ElementsAre("1", "1"));
  refusal.reset();
  appender.check();
  appender.check();
  EXPECT_THAT(calls, ElementsAre("1", "1", "1"));
}

TEST_F(JournaledAppenderTest, AppendsAcrossTheGapWhenNoOtherNodeCanFillItAnyMore) {
  refusal = kGap;
  come_back(true, kRewound);
  wait_longer_than_others_keep_their_part();
  appender.check();
  appender.check();
  EXPECT_THAT(calls, ElementsAre("1", "1 after a gap"));
}

TEST_F(JournaledAppenderTest, KeepsTheIdempotencyKeyOfAMessageThatItAppendsAgain) {
  appender.append({"lobby", "", 0, "{}", 0, {}, {}, "order-7"}, [](const Result<Appended>&) {});
  calls.clear();
  come_back(true, kRewound);
  EXPECT_THAT(calls, ElementsAre("1", "order-7"));
}

TEST_F(JournaledAppenderTest, ForgetsAfterAFewSeconds) {
  wait_longer_than_others_keep_their_part();
  appender.check();
  come_back(true, kEmptied);
  EXPECT_THAT(calls, IsEmpty());
}

TEST_F(JournaledAppenderTest, ForgetsNothingWhileTheStoreIsAway) {
  appender.on_away();
  wait_longer_than_others_keep_their_part();
  appender.check();
  come_back(true, kEmptied);
  EXPECT_THAT(calls, ElementsAre("1"));
}

TEST_F(JournaledAppenderTest, KeepsNothingThatWasRefusedAndTellsWhy) {
  refusal = kGap;
  EXPECT_EQ(append(5).error().code, ErrorCode::out_of_sequence);
  refusal.reset();
  calls.clear();
  come_back(true, kEmptied);
  EXPECT_THAT(calls, ElementsAre("1"));
}

}  // namespace
}  // namespace chat
