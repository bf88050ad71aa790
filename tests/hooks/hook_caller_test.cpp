#include "chat/hooks/hook_caller.hpp"

#include <gtest/gtest.h>

#include "chat/base/metrics.hpp"
#include "hooks/fake_transport.hpp"
#include "hooks/hook_files.hpp"
#include "support/manual_clock.hpp"
#include "support/run_until.hpp"

namespace chat {
namespace {

constexpr const char* kBody = R"({"event":"join","time":0})";

std::uint64_t count_of(const std::string& name) {
  for (const auto& sample : metrics::collect()) {
    if (sample.name != name) continue;
    std::uint64_t sum = 0;
    for (const auto count : sample.counts) sum += count;
    return sum;
  }
  ADD_FAILURE() << "no metric " << name;
  return 0;
}

class HookCallerTest : public testing::Test {
 protected:
  void use(const std::string& hooks) { caller_.set_rules(files_.rules(hooks)); }
  Outcome<JoinVerdict> join() {
    Outcome<JoinVerdict> outcome;
    caller_.join({kBody}, outcome.completion());
    return outcome;
  }
  /// The text of the error; "none" for an answer.
  template <class Answer>
  static std::string error(const Outcome<Answer>& outcome) {
    if (!outcome.is_there()) return "not there";
    return *outcome ? "none" : std::string(to_text(outcome->error().code));
  }

  boost::asio::io_context loop_;
  ManualClock clock_;
  HookFiles files_;
  FakeTransport http_;
  HookCaller caller_{loop_, clock_, http_, files_.rules(R"({"join":{"url":"http://app:8080/hooks"}})"), "0.2.0"};
};

TEST_F(HookCallerTest, SendsASignedRequestWithItsNames) {
  HookCall call{kBody, "delivery-1", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"};
  Outcome<JoinVerdict> outcome;
  caller_.join(call, outcome.completion());
  ASSERT_EQ(http_.requests.size(), 1u);
  const auto& request = http_.requests[0];
  EXPECT_EQ(request.url.authority, "app:8080");
  EXPECT_EQ(request.body, R"({"delivery":"delivery-1","event":"join","time":0})");
  EXPECT_EQ(header_of(request, "X-Chat-Event"), "join");
  EXPECT_EQ(header_of(request, "X-Chat-Delivery"), "delivery-1");
  EXPECT_EQ(header_of(request, "User-Agent"), "chatd/0.2.0");
  EXPECT_EQ(header_of(request, "traceparent"), call.traceparent);
  EXPECT_EQ(header_of(request, "X-Chat-Signature"),
            HookSigner({std::string(32, 's')}).sign(clock_.unix_ms() / 1000, request.body));
  EXPECT_TRUE(request.is_repeatable);
  EXPECT_EQ(request.timeout, Milliseconds(1000));
  http_.answer(200, R"({"rights":["join"]})");
  ASSERT_TRUE(outcome.is_there() && *outcome);
  EXPECT_EQ((*outcome)->rights, Rights{Right::join});
}

TEST_F(HookCallerTest, MakesADeliveryIdForEachCallWithoutAUsableOne) {
  caller_.join({kBody}, [](auto) {});
  caller_.join({kBody, "two\r\nlines", "no trace"}, [](auto) {});
  const auto first = header_of(http_.requests.at(0), "X-Chat-Delivery");
  const auto second = header_of(http_.requests.at(1), "X-Chat-Delivery");
  EXPECT_EQ(first.size(), 32u);
  EXPECT_EQ(second.size(), 32u);
  EXPECT_NE(first, second);
  EXPECT_EQ(header_of(http_.requests[1], "traceparent"), "none");
}

TEST_F(HookCallerTest, AFailureIsARefusalUnlessTheRuleAllows) {
  const HttpOutcome outcomes[] = {HttpFault{HttpFault::Kind::timeout, "late"},
                                  HttpFault{HttpFault::Kind::connection, "reset"},
                                  HttpFault{HttpFault::Kind::answer, "garbage"},
                                  RequestReply{500, "{}", {}},
                                  RequestReply{404, "{}", {}},
                                  RequestReply{302, "{}", {}},
                                  RequestReply{204, "", {}},
                                  RequestReply{200, "garbage", {}},
                                  RequestReply{200, R"({"deny":1})", {}}};
  for (const bool allow : {false, true}) {
    const std::string rule = R"({"join":{"url":"http://app","breaker":{"failures":1000},"on_failure":")";
    use(rule + (allow ? "allow" : "deny") + "\"}}");
    for (const auto& outcome : outcomes) {
      const auto joined = join();
      http_.answer(outcome);
      EXPECT_EQ(error(joined), allow ? "none" : "unavailable");
      if (allow) {
        EXPECT_FALSE((*joined)->deny || (*joined)->rights);
      }
    }
  }
}

TEST_F(HookCallerTest, BoundsTheCallsUnderWayAndTheWaitingOnes) {
  use(R"({"join":{"url":"http://app","concurrency":2,"queue":1}})");
  const auto first = join();
  const auto second = join();
  const auto third = join();
  const auto fourth = join();
  EXPECT_EQ(http_.requests.size(), 2u);
  EXPECT_FALSE(fourth.is_there()) << "a completion before the call has returned";
  settle(loop_);
  EXPECT_EQ(error(fourth), "busy");
  http_.answer(200, "{}");
  EXPECT_EQ(error(first), "none");
  EXPECT_EQ(http_.requests.size(), 3u);
  http_.answer(200, "{}");
  http_.answer(200, "{}");
  EXPECT_EQ(error(third), "none");
}

TEST_F(HookCallerTest, TheTimeInTheQueueCountsForTheTimeout) {
  use(R"({"join":{"url":"http://app","concurrency":1,"timeout_ms":1000}})");
  const auto first = join();
  const auto second = join();
  const auto third = join();
  clock_.advance(Milliseconds(400));
  http_.answer(200, "{}");
  ASSERT_EQ(http_.requests.size(), 2u);
  EXPECT_EQ(http_.requests[1].timeout, Milliseconds(600));
  clock_.advance(Milliseconds(600));
  http_.answer(HttpFault{HttpFault::Kind::timeout, "late"});
  settle(loop_);
  EXPECT_EQ(error(third), "busy");
  EXPECT_EQ(http_.requests.size(), 2u);
}

TEST_F(HookCallerTest, LeavesAnApplicationInTroubleAlone) {
  use(R"({"join":{"url":"http://app","breaker":{"failures":2,"open_ms":1000}}})");
  for (int i = 0; i < 2; ++i) {
    join();
    http_.answer(503, "");
  }
  const auto refused = join();
  settle(loop_);
  EXPECT_EQ(error(refused), "unavailable");
  EXPECT_EQ(http_.requests.size(), 2u);
  clock_.advance(Milliseconds(1000));
  const auto trial = join();
  const auto beside = join();
  EXPECT_EQ(http_.requests.size(), 3u);
  settle(loop_);
  EXPECT_EQ(error(beside), "unavailable");
  http_.answer(200, "{}");
  EXPECT_EQ(error(trial), "none");
  join();
  EXPECT_EQ(http_.requests.size(), 4u);
}

TEST_F(HookCallerTest, WaitingCallsFailAtOnceWhenTheBreakerOpens) {
  use(R"({"join":{"url":"http://app","concurrency":1,"breaker":{"failures":1,"open_ms":1000}}})");
  join();
  const auto second = join();
  const auto third = join();
  http_.answer(500, "");
  settle(loop_);
  EXPECT_EQ(error(second), "unavailable");
  EXPECT_EQ(error(third), "unavailable");
  EXPECT_EQ(http_.requests.size(), 1u);
}

TEST_F(HookCallerTest, ARefusedRequestIsNoTroubleOfTheApplication) {
  use(R"({"join":{"url":"http://app","breaker":{"failures":1,"open_ms":1000}}})");
  join();
  http_.answer(404, "");
  join();
  EXPECT_EQ(http_.requests.size(), 2u);
  http_.answer(429, "");
  const auto suspended = join();
  settle(loop_);
  EXPECT_EQ(error(suspended), "unavailable");
  EXPECT_EQ(http_.requests.size(), 2u);
}

TEST_F(HookCallerTest, EachHookReadsItsOwnAnswer) {
  use(R"({"connect":{"url":"http://app"},"message":{"url":"http://app"},"call":{"url":"http://app"}})");
  Outcome<ConnectAnswer> connect;
  Outcome<MessageAnswer> message;
  Outcome<CallAnswer> call;
  caller_.connect({kBody}, connect.completion());
  caller_.message({kBody}, message.completion());
  caller_.call({kBody}, call.completion());
  http_.answer(200, R"({"user":{"id":"ana"}})");
  http_.answer(200, R"({"deny":"no"})");
  http_.answer(200, R"({"result":1})");
  EXPECT_EQ((*connect)->user->subject, "ana");
  EXPECT_EQ((*message)->deny, "no");
  EXPECT_EQ((*call)->result, "1");
}

TEST_F(HookCallerTest, WithoutARuleTheAnswerIsEmpty) {
  Outcome<ConnectAnswer> connect;
  caller_.connect({kBody}, connect.completion());
  EXPECT_FALSE(connect.is_there());
  settle(loop_);
  EXPECT_EQ(error(connect), "none");
  EXPECT_TRUE(http_.requests.empty());
}

TEST_F(HookCallerTest, AnAsynchronousHookTakesEachAnswerOf2xx) {
  use(R"({"connected":{"url":"http://app"}})");
  std::vector<std::string> failures;
  const auto deliver = [&](unsigned status) {
    caller_.deliver(HookEvent::connected, {kBody}, [&](const std::optional<HookFailure>& failure) {
      failures.push_back(failure ? failure->why + (failure->is_final() ? ", finally" : "") : "none");
    });
    http_.answer(status, "whatever");
  };
  for (const unsigned status : {200, 204, 302, 400, 408, 425, 429, 503}) deliver(status);
  EXPECT_EQ(failures, (std::vector<std::string>{"none", "none", "the answer has the status 302",
                                                "the answer has the status 400, finally",
                                                "the answer has the status 408", "the answer has the status 425",
                                                "the answer has the status 429", "the answer has the status 503"}));
}

TEST_F(HookCallerTest, CountsCallsFailuresAndLatency) {
  const auto calls = count_of(R"(chat_hook_calls_total{hook="join"})");
  const auto late = count_of(R"(chat_hook_failures_total{hook="join",kind="timeout"})");
  const auto measured = count_of(R"(chat_hook_latency_seconds{hook="join"})");
  join();
  http_.answer(HttpFault{HttpFault::Kind::timeout, "late"});
  join();
  http_.answer(200, "{}");
  EXPECT_EQ(count_of(R"(chat_hook_calls_total{hook="join"})"), calls + 2);
  EXPECT_EQ(count_of(R"(chat_hook_failures_total{hook="join",kind="timeout"})"), late + 1);
  EXPECT_EQ(count_of(R"(chat_hook_latency_seconds{hook="join"})"), measured + 2);
}

TEST_F(HookCallerTest, CompletesNothingWhenItIsGone) {
  Outcome<JoinVerdict> outcome;
  {
    HookCaller short_lived(loop_, clock_, http_,
                           files_.rules(R"({"join":{"url":"http://app","concurrency":1,"queue":0}})"), "1");
    short_lived.join({kBody}, outcome.completion());
    short_lived.join({kBody}, outcome.completion());
  }
  http_.answer(200, "{}");
  settle(loop_);
  EXPECT_EQ(outcome.times(), 0);
}

TEST_F(HookCallerTest, NewRulesHoldForTheNextCall) {
  join();
  use(R"({"join":{"url":"http://other"}})");
  join();
  EXPECT_EQ(http_.requests.at(1).url.host, "other");
}

}  // namespace
}  // namespace chat
