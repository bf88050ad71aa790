#include "chat/hooks/event_delivery.hpp"

#include <gtest/gtest.h>

#include "hooks/fake_transport.hpp"
#include "hooks/hook_files.hpp"
#include "support/manual_clock.hpp"
#include "support/run_until.hpp"

namespace chat {
namespace {

/// A queue in memory.
class FakeSource final : public EventSource {
 public:
  void next(std::function<void(std::vector<QueuedEvent>)> take) override {
    ++asked;
    take_ = std::move(take);
    give();
  }
  void acknowledge(const std::string& id) override { acknowledged.push_back(id); }
  void bury(const std::string& id, const std::string& reason) override { buried.push_back(id + ": " + reason); }
  void put(std::vector<QueuedEvent> events) {
    batches_.push_back(std::move(events));
    give();
  }

  int asked = 0;
  std::vector<std::string> acknowledged;
  std::vector<std::string> buried;

 private:
  void give() {
    if (!take_ || batches_.empty()) return;
    auto batch = std::move(batches_.front());
    batches_.pop_front();
    std::exchange(take_, nullptr)(std::move(batch));
  }
  std::deque<std::vector<QueuedEvent>> batches_;
  std::function<void(std::vector<QueuedEvent>)> take_;
};

QueuedEvent posted(const std::string& id, const std::string& room) {
  return *to_queued_event(
      id, {{"event", "message_posted"}, {"room", room}, {"epoch", "e"}, {"offset", "1"}, {"body", R"({"text":"hi"})"}});
}

class EventDeliveryTest : public testing::Test {
 protected:
  EventDeliveryTest() { delivery_.start(); }

  void put(std::vector<QueuedEvent> events) {
    source_.put(std::move(events));
    settle(loop_);
  }
  void answer(unsigned status) {
    http_.answer(status, "");
    settle(loop_);
  }
  /// Lets time pass as the timer of the delivery would see it.
  void pass(Milliseconds time) {
    clock_.advance(time);
    delivery_.advance();
    settle(loop_);
  }
  /// The delivery ids of all requests so far.
  std::string sent() const {
    std::string ids;
    for (const auto& request : http_.requests) ids += (ids.empty() ? "" : " ") + header_of(request, "X-Chat-Delivery");
    return ids;
  }

  boost::asio::io_context loop_;
  ManualClock clock_;
  HookFiles files_;
  FakeTransport http_;
  FakeSource source_;
  HookCaller caller_{loop_, clock_, http_, files_.rules(R"({"message_posted":{"url":"http://app","rooms":["a*","b*"],
                                      "breaker":{"failures":1000000}}})"),
                     "0.2.0"};
  EventDelivery delivery_{loop_, clock_, caller_, source_, [] { return 1.0; }};
};

TEST_F(EventDeliveryTest, PostsEachEventWithItsEntryAsDeliveryId) {
  put({posted("7-0", "a")});
  ASSERT_EQ(http_.requests.size(), 1u);
  EXPECT_EQ(header_of(http_.requests[0], "X-Chat-Delivery"), "7-0");
  EXPECT_EQ(
      http_.requests[0].body,
      R"({"delivery":"7-0","event":"message_posted","time":0,"room":"a","content":{"text":"hi"},"epoch":"e","offset":1})");
  EXPECT_TRUE(source_.acknowledged.empty());
  answer(200);
  EXPECT_EQ(source_.acknowledged, std::vector<std::string>{"7-0"});
  EXPECT_EQ(delivery_.waiting(), 0u);
}

TEST_F(EventDeliveryTest, KeepsTheOrderOfARoomAndSendsRoomsAtTheSameTime) {
  put({posted("1", "a"), posted("2", "a"), posted("3", "b")});
  EXPECT_EQ(sent(), "1 3");
  answer(200);
  EXPECT_EQ(sent(), "1 3 2");
  answer(200);
  EXPECT_EQ(source_.acknowledged, (std::vector<std::string>{"1", "3"}));
  answer(200);
  EXPECT_EQ(source_.acknowledged, (std::vector<std::string>{"1", "3", "2"}));
}

TEST_F(EventDeliveryTest, RepeatsAFailedDeliveryWithTheSameIdUntilItSucceeds) {
  put({posted("1", "a"), posted("2", "a")});
  Milliseconds pause(100);
  for (const unsigned status : {500, 408, 401, 404, 302}) {
    answer(status);
    pass(pause - Milliseconds(1));
    const auto before = http_.requests.size();
    pass(Milliseconds(1));
    EXPECT_EQ(http_.requests.size(), before + 1);
    pause *= 2;
  }
  EXPECT_EQ(sent(), "1 1 1 1 1 1");
  EXPECT_TRUE(source_.buried.empty());
  answer(204);
  EXPECT_EQ(sent(), "1 1 1 1 1 1 2");
}

TEST_F(EventDeliveryTest, BuriesWhatTheApplicationRefusesForGood) {
  put({posted("1", "a"), posted("2", "a")});
  answer(422);
  EXPECT_EQ(source_.buried, std::vector<std::string>{"1: the answer has the status 422"});
  EXPECT_EQ(sent(), "1 2");
  answer(200);
  EXPECT_EQ(source_.acknowledged, std::vector<std::string>{"2"});
}

TEST_F(EventDeliveryTest, GivesUpAnEventThatTheApplicationCannotTake) {
  put({posted("1", "a"), posted("2", "a")});
  for (int attempt = 1; attempt < 10; ++attempt) {
    answer(500);
    EXPECT_TRUE(source_.buried.empty()) << attempt;
    pass(Seconds(30));
  }
  answer(500);
  EXPECT_EQ(source_.buried, std::vector<std::string>{"1: given up after 10 attempts, the last: the answer has the "
                                                     "status 500"});
  answer(200);
  EXPECT_EQ(source_.acknowledged, std::vector<std::string>{"2"});
}

TEST_F(EventDeliveryTest, LosesNoQueueToAWrongSecretOrPath) {
  put({posted("1", "a"), posted("2", "b")});
  for (const unsigned status : {401, 403, 404, 405}) {
    while (http_.waiting() > 0) answer(status);
    pass(Seconds(30));
  }
  EXPECT_TRUE(source_.buried.empty());
  while (http_.waiting() > 0) answer(200);
  EXPECT_EQ(source_.acknowledged.size(), 2u);
}

TEST_F(EventDeliveryTest, GivesUpNothingWhileTheApplicationIsAway) {
  put({posted("1", "a")});
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (http_.waiting() > 0) http_.answer(HttpFault{HttpFault::Kind::connection, "refused"});
    settle(loop_);
    pass(Seconds(30));
  }
  answer(200);
  EXPECT_TRUE(source_.buried.empty());
  EXPECT_EQ(source_.acknowledged, std::vector<std::string>{"1"});
}

TEST_F(EventDeliveryTest, EventsThatNoHookIsForAreDoneWithAtOnce) {
  put({posted("1", "other"), posted("2", "a"), posted("3", "other")});
  EXPECT_EQ(sent(), "2");
  EXPECT_EQ(delivery_.waiting(), 1u);
  answer(200);
  EXPECT_EQ(source_.acknowledged, (std::vector<std::string>{"1", "3", "2"}));
}

TEST_F(EventDeliveryTest, StopsTakingWhileTheApplicationIsAwayForTenMinutes) {
  const auto fail_all = [this] {
    while (http_.waiting() > 0) http_.answer(HttpFault{HttpFault::Kind::connection, "refused"});
    settle(loop_);
  };
  for (int batch = 1; batch <= 100; ++batch) {
    std::vector<QueuedEvent> events;
    for (int i = 0; i < 100; ++i)
      events.push_back(posted(std::to_string(batch) + '-' + std::to_string(i), "a" + std::to_string(i)));
    put(std::move(events));
  }
  for (int second = 0; second < 600; ++second) {
    fail_all();
    pass(Seconds(1));
    EXPECT_LE(delivery_.waiting(), EventDelivery::kMaxEvents + 100);
  }
  EXPECT_LE(source_.asked, 42);
  EXPECT_TRUE(source_.acknowledged.empty());
  std::map<std::string, int> taken;  // the application is back
  for (int step = 0; step < 200 && source_.acknowledged.size() < 10'000; ++step) {
    while (http_.waiting() > 0) {
      taken[header_of(http_.requests[http_.requests.size() - http_.waiting()], "X-Chat-Delivery")]++;
      answer(200);
    }
    pass(Seconds(1));
  }
  EXPECT_EQ(source_.acknowledged.size(), 10'000u);
  EXPECT_EQ(taken.size(), 10'000u);
  EXPECT_EQ(delivery_.waiting(), 0u);
}

TEST_F(EventDeliveryTest, AnEventThatIsUnderWayWhenTheDeliveryGoesIsNotAcknowledged) {
  FakeSource source;
  {
    EventDelivery short_lived(loop_, clock_, caller_, source, [] { return 1.0; });
    short_lived.start();
    source.put({posted("1", "a")});
    settle(loop_);
    ASSERT_EQ(http_.waiting(), 1u);
  }
  answer(200);
  EXPECT_TRUE(source.acknowledged.empty());
}

}  // namespace
}  // namespace chat
