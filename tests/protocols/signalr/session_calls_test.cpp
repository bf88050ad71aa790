// Between a SignalR client and the application: questions to the client, and results in pages.
#include "protocols/signalr/limits.hpp"
#include "protocols/signalr/signalr_session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Answers calls when the test lets it.
class CalledApplication final : public Application {
 public:
  bool decides_joins(std::string_view) const override { return false; }
  void decide_join(const Asker&, const std::string&, Completion<std::optional<Rights>>) override {}
  bool decides_messages(std::string_view) const override { return false; }
  void decide_message(const MessageQuestion&, Completion<MessageDecision>) override {}
  void call(const Asker&, const Call& call, Completion<CallResult> done) override {
    pages.push_back(call.method + ' ' + call.arguments + ' ' + call.page);
    answer = std::move(done);
  }
  std::vector<std::string> pages;  // that were asked for
  Completion<CallResult> answer;
};

class SignalRCalls : public SignalRSession {
 protected:
  SignalRCalls() {
    node.mailbox.decide_with(application, open_policy());
    node.settings.has_method = [](std::string_view method) { return method == "Numbers"; };
    agree();
  }
  void stream(const std::string& method = "Numbers", const std::string& id = "7") {
    client.say({{"type", 4}, {"invocationId", id}, {"target", method}, {"arguments", {1}}});
    run();
  }
  void page(const std::string& items, const std::string& next = {}) {
    application.answer(CallResult{items, true, next});
    run();
  }
  std::vector<json> items() const {
    std::vector<json> found;
    for (const auto& message : client.all(2)) found.push_back(message["item"]);
    return found;
  }

  CalledApplication application;
};

TEST_F(SignalRCalls, StreamOnePageAfterTheOther) {
  stream();
  page("[1,2]", "p2");
  page("[3]", "p3");
  EXPECT_TRUE(client.completion("7").is_null());
  page("[]");
  EXPECT_THAT(application.pages, ElementsAre("Numbers [1] ", "Numbers [1] p2", "Numbers [1] p3"));
  EXPECT_THAT(items(), ElementsAre(1, 2, 3));
  EXPECT_EQ(client.completion("7"), (json{{"type", 3}, {"invocationId", "7"}}));
}

TEST_F(SignalRCalls, StreamASingleResultAsOneItem) {
  stream();
  application.answer(CallResult{R"({"a":1})"});
  run();
  EXPECT_THAT(items(), ElementsAre(json{{"a", 1}}));
  EXPECT_FALSE(client.completion("7").is_null());
}

TEST_F(SignalRCalls, StopWhenTheClientCancels) {
  stream();
  page("[1]", "p2");
  client.say({{"type", 5}, {"invocationId", "7"}});
  run();
  EXPECT_FALSE(client.completion("7").is_null());
  page("[2]", "p3");
  EXPECT_THAT(items(), ElementsAre(1));
  EXPECT_EQ(application.pages.size(), 2U) << "no page is asked for that is not wanted";
}

TEST_F(SignalRCalls, EndAStreamWithTheErrorOfAPage) {
  stream();
  page("[1]", "p2");
  application.answer(Failure{ErrorCode::forbidden, "enough"});
  run();
  EXPECT_EQ(client.completion("7")["error"], "forbidden: enough");
}

TEST_F(SignalRCalls, BoundThePagesOfAStream) {
  stream();
  for (std::size_t i = 0; i < limits::kResultPages; ++i) {
    page("[0]", "more");
    pass(Seconds(1));
  }
  EXPECT_EQ(client.completion("7")["error"], "too_large: the result has more than 64 pages");
  EXPECT_EQ(items().size(), limits::kResultPages);
}

TEST_F(SignalRCalls, RefuseAStreamOfAMethodThatIsNotThere) {
  stream("Nothing");
  EXPECT_EQ(client.completion("7")["error"],
            "Failed to invoke 'Nothing' due to an error on the server. HubException: Method does not exist.");
  EXPECT_THAT(application.pages, IsEmpty());
}

TEST_F(SignalRCalls, BoundTheStreamsOfOneClient) {
  for (std::size_t i = 0; i <= limits::kResultStreamsPerSession; ++i) stream("Numbers", std::to_string(i));
  EXPECT_EQ(client.completion("16")["error"], "busy: too many streams are open");
}

// ---- questions

class SignalRQuestions : public SignalRCalls {
 protected:
  std::string ask(Milliseconds due = Seconds(5)) {
    client.forget();
    client.session().ask("Where", R"(["now"])", clock.now() + due, [this](const Result<std::string>& answer) {
      told.push_back(answer ? *answer : answer.error().message);
    });
    run();
    const auto calls = client.all(1);
    EXPECT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls.at(0)["target"], "Where");
    EXPECT_EQ(calls.at(0)["arguments"], json{"now"});
    return calls.at(0)["invocationId"];
  }
  std::vector<std::string> told;
};

TEST_F(SignalRQuestions, AreAnsweredByACompletion) {
  client.say({{"type", 3}, {"invocationId", ask()}, {"result", {{"at", "home"}}}});
  client.say({{"type", 3}, {"invocationId", ask()}});
  client.say({{"type", 3}, {"invocationId", ask()}, {"error", "not now"}});
  EXPECT_THAT(told, ElementsAre(R"({"at":"home"})", "null", "not now"));
}

TEST_F(SignalRQuestions, TakeALateAnswerWithoutAWord) {
  const auto id = ask();
  client.say({{"type", 3}, {"invocationId", id}, {"result", 1}});
  client.forget();
  client.say({{"type", 3}, {"invocationId", id}, {"result", 2}});
  run();
  EXPECT_THAT(client.received(), IsEmpty());
  EXPECT_THAT(told, ElementsAre("1"));
}

TEST_F(SignalRQuestions, RefuseAnAnswerThatOthersCouldNotRead) {
  std::string deep = "0";
  for (int i = 0; i < 10; ++i) deep = '[' + deep + ']';
  client.say_raw(R"({"type":3,"invocationId":")" + ask() + R"(","result":)" + deep + "}\x1e");
  EXPECT_EQ(told.size(), 1U);
  EXPECT_NE(told.at(0).find("nest"), std::string::npos) << told.at(0);
}

}  // namespace
}  // namespace chat
