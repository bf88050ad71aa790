#include "protocols/signalr/limits.hpp"
#include "protocols/signalr/signalr_session_fixture.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

TEST_F(SignalRSession, SendsEachItemOfAnUpload) {
  agree();
  client.say({{"type", 1},
              {"invocationId", "0"},
              {"target", "UploadMessages"},
              {"arguments", {"lobby", "Ana"}},
              {"streamIds", {"1"}}});
  for (const char* text : {"one", "two"}) client.say({{"type", 2}, {"invocationId", "1"}, {"item", text}});
  client.say({{"type", 2}, {"invocationId", "unknown"}, {"item", "nowhere"}});
  run();
  EXPECT_TRUE(client.completion("0").is_null());
  client.say({{"type", 3}, {"invocationId", "1"}});
  client.say({{"type", 2}, {"invocationId", "1"}, {"item", "late"}});
  run();
  EXPECT_EQ(client.completion("0"), (json{{"type", 3}, {"invocationId", "0"}}));
  EXPECT_THAT(heard(), ElementsAre("one", "two"));
}

TEST_F(SignalRSession, EndsAnUploadWithAnErrorIfSomethingOfItIsRefused) {
  agree();
  const auto open = [this](const std::string& id) {
    client.say({{"type", 1},
                {"invocationId", id},
                {"target", "UploadMessages"},
                {"arguments", {"lobby", "Ana"}},
                {"streamIds", {"s" + id}}});
  };
  const auto item = [this](const std::string& id, const std::string& text) {
    client.say({{"type", 2}, {"invocationId", "s" + id}, {"item", text}});
  };
  const auto end = [this](const std::string& id) { client.say({{"type", 3}, {"invocationId", "s" + id}}); };
  open("0");
  for (const std::string& text : {std::string("one"), std::string(5000, 'x'), std::string("three")}) item("0", text);
  end("0");
  run();
  EXPECT_THAT(client.completion("0").value("error", ""), testing::StartsWith("too_large: "));
  open("1");
  for (int i = 0; i < 30; ++i) item("1", "fast");
  end("1");
  run();
  EXPECT_THAT(client.completion("1").value("error", ""), testing::StartsWith("rate_limited: "));
  EXPECT_THAT(client.all(3), SizeIs(2)) << "each is completed once";
  pass(Seconds(10));
  backends->fail_appends = true;
  open("2");
  item("2", "unknown fate");
  end("2");
  EXPECT_TRUE(client.completion("2").is_null()) << "not before its fate is known";
  run();
  EXPECT_THAT(client.completion("2").value("error", ""), testing::StartsWith("unavailable: "));
}

json open_upload(int id, const std::string& stream) {
  return {{"type", 1},
          {"invocationId", std::to_string(id)},
          {"target", "UploadMessages"},
          {"arguments", {"lobby", "Ana"}},
          {"streamIds", {stream}}};
}

TEST_F(SignalRSession, EndsAnUploadThatTheClientHasBrokenOffWithAnError) {
  agree();
  client.say(open_upload(0, "a"));
  client.say({{"type", 2}, {"invocationId", "a"}, {"item", "one"}});
  client.say({{"type", 3}, {"invocationId", "a"}, {"error", "boom"}});
  run();
  ASSERT_THAT(client.all(3), SizeIs(1));
  EXPECT_EQ(client.completion("0").value("error", ""), "bad_request: the client broke off the stream: boom");
  EXPECT_THAT(heard(), ElementsAre("one"));
}

TEST_F(SignalRSession, RefusesASecondUploadOfOneStream) {
  agree();
  client.say(open_upload(0, "a"));
  client.say(open_upload(1, "a"));
  run();
  EXPECT_EQ(client.completion("1").value("error", ""), "bad_request: a stream of this id is open");
  client.say({{"type", 2}, {"invocationId", "a"}, {"item", "one"}});
  client.say({{"type", 3}, {"invocationId", "a"}});
  run();
  EXPECT_EQ(client.completion("0"), (json{{"type", 3}, {"invocationId", "0"}}));
  client.say(open_upload(2, "a"));
  run();
  EXPECT_TRUE(client.completion("2").is_null()) << "it is open again";
}

TEST_F(SignalRSession, OpensSomeUploadsAtOnceAndNoMoreAndTakesThatForNoMistake) {
  agree();
  constexpr std::size_t kTooMany = 30;
  for (std::size_t i = 0; i < limits::kUploadsPerSession + kTooMany; ++i) {
    client.say(open_upload(static_cast<int>(i), "s" + std::to_string(i)));
  }
  run();
  ASSERT_THAT(client.all(3), SizeIs(kTooMany));
  EXPECT_EQ(client.all(3)[0]["error"], "busy: too many streams are open");
  EXPECT_EQ(client.close_code(), std::nullopt);
}

}  // namespace
}  // namespace chat
