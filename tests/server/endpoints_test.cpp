#include "server/endpoints.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "chat/backplane/memory.hpp"
#include "chat/server/version.hpp"
#include "support/manual_clock.hpp"
#include "support/recording_sink.hpp"
#include "support/run_until.hpp"
#include "transport/request.hpp"

namespace chat {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

class Endpoints : public testing::Test {
 protected:
  Endpoints() {
    backends->backplane().start(sink);
    settle(loop);
    add_endpoints(
        router, {loop, "chat-1", "off", backends->registry(), clock, [this] { return draining; },
                 [this] { return faults; }, [this] { return open; },
                 [this] { return NodeFigures{"chat-1", "send", 3, 2, 41, 1.5, draining, !draining, faults.empty()}; }});
  }

  HttpResponse ask(const char* path) {
    std::optional<HttpResponse> got;
    router.handle({make_request(path), [&](HttpAnswer answer) { got = std::get<HttpResponse>(std::move(answer)); }});
    EXPECT_TRUE(run_until(loop, [&] { return got.has_value(); })) << path;
    return got.value_or(HttpResponse{});
  }

  boost::asio::io_context loop;
  ManualClock clock;
  RecordingSink sink;
  std::unique_ptr<ClusterServices> backends = make_memory_services(loop, make_memory_bus({}));
  Router router;
  bool draining = false;
  std::vector<std::string> faults;
  bool open = true;
};

TEST_F(Endpoints, SayThatTheProcessLives) {
  const auto response = ask("/health");
  EXPECT_EQ(response.result_int(), 200U);
  EXPECT_EQ(json::parse(response.body()), (json{{"status", "ok"}, {"node", "chat-1"}}));
}

TEST_F(Endpoints, TellPrometheusWhatTheNodeDoes) {
  draining = true;
  const auto response = ask("/metrics");
  EXPECT_EQ(header(response, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(response.body(), AllOf(HasSubstr("chat_node_info{node=\"chat-1\",sends=\"send\",version=\"" +
                                               std::string(version()) + "\"} 1"),
                                     HasSubstr("\nchat_connections 3\n"), HasSubstr("\nchat_rooms 2\n"),
                                     HasSubstr("\nchat_deliveries_total 41\n"), HasSubstr("\nchat_draining 1\n"),
                                     HasSubstr("\nchat_ready 0\n"), HasSubstr("\nchat_backplane_available 1\n")));
}

TEST_F(Endpoints, SayWhetherNewClientsAreWelcome) {
  EXPECT_EQ(ask("/ready").result_int(), 200U);
  EXPECT_EQ(json::parse(ask("/ready").body())["ready"], true);
  faults = {"the store does not answer"};
  EXPECT_EQ(ask("/ready").result_int(), 503U);
  EXPECT_EQ(json::parse(ask("/ready").body())["ready"], false);
  EXPECT_EQ(json::parse(ask("/ready").body())["faults"], json{"the store does not answer"});
  faults.clear();
  draining = true;
  EXPECT_EQ(ask("/ready").result_int(), 503U);
  EXPECT_EQ(ask("/health").result_int(), 200U);
}

TEST_F(Endpoints, TellAProxyWhetherNewClientsAreLetIn) {
  faults = {"the store does not answer"};
  EXPECT_EQ(ask("/open").result_int(), 200U) << "for a moment";
  open = false;
  EXPECT_EQ(ask("/open").result_int(), 503U);
  EXPECT_EQ(ask("/open?refusal=403").result_int(), 403U) << "NGINX asks another node, and counts no failure";
  EXPECT_EQ(ask("/open?known=1").result_int(), 200U);
  open = true;
  draining = true;
  EXPECT_EQ(ask("/open?refusal=403").result_int(), 503U) << "it will not come back";
}

TEST_F(Endpoints, ListTheNodesWithTheFieldsEverybodyKnows) {
  const auto now = clock.unix_ms();
  const auto announce = [&](const NodeCard& card) {
    backends->registry().announce(card, [](const Result<Announced>&) {});
  };
  announce({"chat-2", "Two", "the \"second\"", 1'795'262'400'123, now - 31'000, 0, 0, 0});
  announce({"chat-1", "One", "", 1'795'262'400'123, now - 30'000, 3, 2, 0.44, "chat-1.aa", "0.1.0", "shared", -6000});
  const auto nodes = json::parse(ask("/nodes").body());
  EXPECT_EQ(nodes["current_node"], "chat-1");
  EXPECT_EQ(nodes["active_count"], 1);
  EXPECT_EQ(nodes["timestamp"], to_rfc3339(now));
  ASSERT_EQ(nodes["available_nodes"].size(), 2U);
  EXPECT_EQ(nodes["available_nodes"][0], (json{{"id", "chat-1"},
                                               {"name", "One"},
                                               {"description", ""},
                                               {"last_seen", to_rfc3339(now - 30'000)},
                                               {"lastSeen", to_rfc3339(now - 30'000)},
                                               {"url", "/node/chat-1/"},
                                               {"active", true},
                                               {"draining", false},
                                               {"connections", 3},
                                               {"rooms", 2},
                                               {"messages_per_second", 0.4},
                                               {"started_at", "2026-11-21T12:00:00.123Z"},
                                               {"version", "0.1.0"},
                                               {"clock_ahead_ms", -6000}}));
  EXPECT_EQ(nodes["available_nodes"][1]["active"], false);
  EXPECT_EQ(nodes["available_nodes"][1]["description"], "the \"second\"");
}

}  // namespace
}  // namespace chat
