#include "chat/auth/sanction_book.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "support/held_lists.hpp"
#include "support/manual_clock.hpp"

namespace chat {
namespace {

class SanctionBookTest : public testing::Test {
 protected:
  SanctionBookTest() {
    mark();
    book.start();
  }
  void mark() { lists.entries["mark"] = {"mark", "kept", Sanction::kForGood}; }

  Sanction ban(std::string subject, Milliseconds lasts = Seconds(60)) const {
    Sanction made;
    made.subject = std::move(subject);
    made.until = clock.unix_ms() + lasts.count();
    return made;
  }
  /// Puts it where other nodes do, and lets the node read it.
  void store(const Sanction& sanction) {
    write(sanction);
    lists.changed();
    lists.answer();
  }
  void write(const Sanction& sanction) {
    const auto key = key_of(sanction.kind, sanction.subject, sanction.room);
    lists.entries[key] = {key, encode(sanction), sanction.until};
  }
  std::string banned() const {
    std::string subjects;
    for (const auto& sanction : book.snapshot()->list(0)) subjects += sanction.subject + ' ';
    return subjects;
  }

  HeldLists lists;
  ManualClock clock;
  int changes = 0;
  std::optional<Milliseconds> wake;
  SanctionBook book{lists, clock, {[this](Milliseconds after) { wake = after; }, [this] { ++changes; }}};
};

TEST_F(SanctionBookTest, ReadsTheListWhenItHasChanged) {
  EXPECT_EQ(lists.watched, "sanctions");
  EXPECT_EQ(lists.readings(), 0U);
  EXPECT_FALSE(book.has_read());
  store(ban("ana"));
  EXPECT_TRUE(book.has_read());
  EXPECT_EQ(banned(), "ana ");
  EXPECT_EQ(changes, 1);
  store(ban("bob"));
  EXPECT_EQ(banned(), "ana bob ");
  EXPECT_EQ(changes, 2);
}

TEST_F(SanctionBookTest, TellsNothingWhenTheListIsTheSame) {
  const auto sanction = ban("ana");
  store(sanction);
  store(sanction);
  EXPECT_EQ(changes, 1);
}

TEST_F(SanctionBookTest, ReadsOnceMoreForAllChangesDuringAReading) {
  lists.changed();
  write(ban("ana"));
  for (int i = 0; i < 3; ++i) lists.changed();
  EXPECT_EQ(lists.readings(), 1U);
  lists.answer();
  EXPECT_EQ(banned(), "ana ") << "a list that changes all the time is followed, too";
  write(ban("bob"));
  EXPECT_EQ(lists.readings(), 1U);
  lists.answer();
  EXPECT_EQ(banned(), "ana bob ");
  EXPECT_EQ(lists.readings(), 0U);
}

TEST_F(SanctionBookTest, KeepsTheLastListWhileTheStoreIsAwayAndTriesAgain) {
  store(ban("ana"));
  write(ban("bob"));
  lists.changed();
  lists.fail();
  EXPECT_TRUE(book.has_read());
  EXPECT_EQ(banned(), "ana ");
  EXPECT_EQ(wake, SanctionBook::kRetry);
  book.check();
  ASSERT_EQ(lists.readings(), 1U);
  lists.answer();
  EXPECT_EQ(banned(), "ana bob ");
}

TEST_F(SanctionBookTest, DropsASanctionWhenItEndsAndTellsOfIt) {
  store(ban("ana", Milliseconds(500)));
  store(ban("bob", Seconds(3)));
  EXPECT_EQ(wake, Milliseconds(500));
  clock.advance(Milliseconds(499));
  book.check();
  EXPECT_EQ(banned(), "ana bob ");
  EXPECT_EQ(wake, Milliseconds(1));
  EXPECT_EQ(changes, 2);
  clock.advance(Milliseconds(1));
  book.check();
  EXPECT_EQ(banned(), "bob ");
  EXPECT_EQ(changes, 3);
  EXPECT_EQ(wake, Milliseconds(2500));
  EXPECT_EQ(lists.readings(), 0U);
}

TEST_F(SanctionBookTest, LooksAtTheClockNowAndThenForSanctionsThatLastLong) {
  auto forever = ban("ana");
  forever.until = Sanction::kForGood;
  store(forever);
  EXPECT_EQ(wake, SanctionBook::kMaxWait);
}

TEST_F(SanctionBookTest, NeedsNoTimerWhileThereAreNone) {
  lists.changed();
  lists.answer();
  EXPECT_EQ(wake, std::nullopt);
  EXPECT_EQ(changes, 0);
}

TEST_F(SanctionBookTest, LeavesOutEntriesThatNoNodeHasWritten) {
  const auto sanction = ban("ana");
  lists.entries["ban bob "] = {"ban bob ", encode(sanction), sanction.until};
  lists.entries["junk"] = {"junk", "{}", sanction.until};
  store(sanction);
  EXPECT_EQ(banned(), "ana ");
}

TEST_F(SanctionBookTest, PutsAndLiftsSanctionsInTheStore) {
  bool added = false, lifted = false;
  book.add(ban("ana"), [&](Result<bool> outcome) { added = outcome.has_value(); });
  lists.answer();
  EXPECT_TRUE(added);
  EXPECT_EQ(banned(), "ana ");
  EXPECT_EQ(lists.entries.at("ban ana ").until, 60'000) << "kept as long as it lasts";
  book.lift(Sanction::Kind::ban, "ana", "", [&](Result<bool> outcome) { lifted = *outcome; });
  lists.answer();
  lists.answer();
  EXPECT_TRUE(lifted);
  EXPECT_EQ(banned(), "");
}

TEST_F(SanctionBookTest, MarksAListThatHasNoMark) {
  lists.entries.clear();
  store(ban("ana"));
  EXPECT_TRUE(lists.entries.contains("mark"));
  EXPECT_EQ(banned(), "ana ");
}

TEST_F(SanctionBookTest, WritesTheListBackThatTheStoreHasLost) {
  store(ban("ana"));
  store(ban("bob", Seconds(4)));
  store(ban("cy", Seconds(6)));
  lists.entries.clear();
  write(ban("eve", Seconds(60)));  // by another node, since then
  clock.advance(Milliseconds(5100));
  ASSERT_TRUE(wake && *wake <= Seconds(5));
  book.check();
  ASSERT_EQ(lists.readings(), 1U) << "a store that loses a list does not tell";
  lists.answer();
  EXPECT_TRUE(lists.entries.contains("ban ana ")) << "so that a node that starts now knows of it";
  EXPECT_FALSE(lists.entries.contains("ban bob ")) << "it has ended";
  EXPECT_EQ(lists.entries.at("ban cy ").until, 900) << "what is left of it";
  EXPECT_EQ(banned(), "ana bob cy ") << "until the list is read again";
  while (lists.readings() > 0) lists.answer();
  EXPECT_EQ(banned(), "ana cy eve ");
}

TEST_F(SanctionBookTest, DoesNotWriteBackWhatIsLifted) {
  store(ban("ana"));
  store(ban("bob"));
  lists.entries.clear();
  bool lifted = true;
  book.lift(Sanction::Kind::ban, "ana", "", [&](Result<bool> outcome) { lifted = *outcome; });
  while (lists.readings() > 0) lists.answer();
  EXPECT_FALSE(lifted) << "there was none in the store";
  EXPECT_EQ(banned(), "bob ");
  EXPECT_TRUE(lists.entries.at("ban ana ").value.empty());
}

TEST_F(SanctionBookTest, TakesAnEmptyListForWhatItIsIfItHasItsMark) {
  store(ban("ana"));
  lists.entries.clear();
  mark();
  lists.changed();
  lists.answer();
  EXPECT_EQ(banned(), "");
}

TEST_F(SanctionBookTest, RefusesSanctionsWithAFaultAndThoseThatAreOver) {
  const auto refusal = [&](const Sanction& sanction) {
    std::string message;
    book.add(sanction, [&](const Result<bool>& outcome) {
      ASSERT_FALSE(outcome);
      EXPECT_EQ(outcome.error().code, ErrorCode::bad_request);
      message = outcome.error().message;
    });
    return message;
  };
  EXPECT_EQ(refusal(ban("Ana B")), "it is for no public id of a person");
  EXPECT_EQ(refusal(ban("ana", Milliseconds(0))), "it would end before it begins");
  EXPECT_EQ(lists.entries.size(), 1U);
}

}  // namespace
}  // namespace chat
