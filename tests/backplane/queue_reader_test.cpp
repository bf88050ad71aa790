#include "backplane/queue_reader.hpp"

#include <gmock/gmock.h>

#include "support/run_until.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// A store whose answers the test gives.
class QueueReaderTest : public testing::Test, protected QueueConsumer {
 protected:
  struct Call {
    QueueReader::Ask ask;
    QueueReader::OnPage answer;
  };
  boost::asio::io_context loop;
  std::vector<Call> calls;  // these keep readers
  std::vector<std::string> got;
  int lost = 0;
  std::function<void()> next;
  QueueReaders readers{loop, [this](const QueueReader::Ask& ask, QueueReader::OnPage on_page) {
                         calls.push_back({ask, std::move(on_page)});
                       }};

  ~QueueReaderTest() override { readers.abandon(); }
  void on_entries(std::vector<QueueEntry> entries, std::function<void()> more) override {
    for (const auto& entry : entries) got.push_back(entry.id);
    next = std::move(more);
  }
  void on_lost() override { ++lost; }

  QueueReader::Ask asked(std::size_t count) {
    run_until(loop, [&] { return calls.size() >= count; });
    return calls.back().ask;
  }
  void answer(QueuePage page) { calls.back().answer(std::move(page)); }
  static QueuePage page(const std::vector<std::string>& ids, bool is_anew = false) {
    QueuePage page{is_anew, ids.empty() ? "0" : ids.back(), {}};
    for (const auto& id : ids) page.entries.push_back({id, {}});
    return page;
  }
};

TEST_F(QueueReaderTest, ReadsFromTheOldestEntryAndThenBehindTheLast) {
  readers.consume("inbox", *this);
  EXPECT_EQ(asked(1).after, "0");
  answer(page({"1", "2"}, true));
  EXPECT_THAT(got, ElementsAre("1", "2"));
  next();
  EXPECT_EQ(asked(2).after, "2");
  EXPECT_EQ(lost, 0);
}

TEST_F(QueueReaderTest, OnlyRenewsTheLeaseWhileTheConsumerIsBusy) {
  readers.consume("inbox", *this);
  asked(1);
  answer(page({"1"}, true));
  readers.on_available(true);
  EXPECT_EQ(asked(2).most_entries, 0U);
  EXPECT_EQ(asked(2).lease, QueueReader::kLease);
}

TEST_F(QueueReaderTest, BeginsAnewAfterAFailure) {
  readers.consume("inbox", *this);
  asked(1);
  answer(page({"1", "2"}, true));
  readers.on_failed("inbox");
  EXPECT_EQ(lost, 1);
  readers.on_available(true);
  EXPECT_EQ(asked(2).after, "0");
}

TEST_F(QueueReaderTest, DropsAPageThatWasAskedForBeforeTheConsumerWasLost) {
  readers.consume("inbox", *this);
  asked(1);
  answer(page({"1"}, true));
  next();
  asked(2);
  readers.on_available(false);
  EXPECT_EQ(lost, 1);
  answer(page({"2"}));
  EXPECT_THAT(got, ElementsAre("1"));
  EXPECT_EQ(asked(3).after, "0");
}

TEST_F(QueueReaderTest, LosesItsEntriesToAnotherConsumer) {
  readers.consume("inbox", *this);
  asked(1);
  answer(page({"1"}, true));
  next();
  asked(2);
  calls.back().answer(std::nullopt);
  EXPECT_EQ(lost, 1);
}

TEST_F(QueueReaderTest, AnOldBatchThatEndsAsksForNothing) {
  readers.consume("inbox", *this);
  asked(1);
  answer(page({"1"}, true));
  const auto old = next;
  readers.on_failed("inbox");
  readers.on_available(true);
  asked(2);
  answer(page({"1"}, true));
  old();
  readers.on_available(true);
  EXPECT_EQ(asked(3).most_entries, 0U);  // the second batch is still under way
}

TEST_F(QueueReaderTest, GivesUpTheLeaseAndIsNotCalledAnyMore) {
  readers.consume("inbox", *this);
  asked(1);
  readers.stop("inbox");
  EXPECT_EQ(asked(2).lease, Milliseconds{0});
  calls.front().answer(page({"1"}, true));
  EXPECT_THAT(got, IsEmpty());
  EXPECT_THAT(calls, SizeIs(2));
}

}  // namespace
}  // namespace chat
