#include "chat/core/trace_mark.hpp"
#include "chat/rooms/trace_starts.hpp"
#include "cluster/three_nodes.hpp"

namespace chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RecordingTraces final : public TraceSink {
 public:
  void on_intake(const Intake& intake) override { intakes.push_back(intake); }
  void on_delivery(const Delivery& delivery) override { deliveries.push_back(delivery); }
  void read(const std::string& room, const Position& position, Completion<std::vector<std::string>> done) override {
    asked.push_back(room + ' ' + std::to_string(position.offset));
    done(std::vector<std::string>{R"({"node":"chat-1"})"});
  }
  std::vector<Intake> intakes;
  std::vector<Delivery> deliveries;
  std::vector<std::string> asked;
};

class Traces : public ThreeNodes {
 protected:
  Traces() {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      nodes[i].rooms.trace_to(traces[i]);
      nodes[i].settings.traces = &starts;
    }
  }
  FakeClient& tracing(FakeNode& node, const std::string& name) {
    FakeClient& client = joined(node, "lobby", name);
    client.say({{"type", "hello"}, {"trace", true}});
    run();
    return client;
  }

  std::array<RecordingTraces, 3> traces;
  std::unique_ptr<RateTable> rates = std::make_unique<RateTable>();
  TraceStarts starts{0, *rates, clock};
};

TEST_F(Traces, TheNodeThatTakesAMessageAndEachThatDeliversItReportItsHops) {
  FakeClient& ana = tracing(nodes[0], "Ana");
  FakeClient& bo = joined(nodes[1], "lobby", "Bo");
  joined(nodes[1], "lobby", "Cy");
  ana.send("lobby", "hi");
  run();
  const std::string mark = bo.last("message")["trace"];
  EXPECT_TRUE(is_traceparent(mark));

  ASSERT_THAT(traces[0].intakes, SizeIs(1));
  const Intake& intake = traces[0].intakes[0];
  EXPECT_EQ(intake.room, "lobby");
  EXPECT_EQ(intake.position.offset, 1U);
  EXPECT_EQ(intake.trace, mark);
  EXPECT_LE(intake.received, intake.appended);
  EXPECT_THAT(traces[1].intakes, IsEmpty());

  ASSERT_THAT(traces[1].deliveries, SizeIs(1));
  const Delivery& delivery = traces[1].deliveries[0];
  EXPECT_EQ(delivery.trace, mark);
  EXPECT_EQ(delivery.position, intake.position);
  EXPECT_LE(intake.received, delivery.heard);
  EXPECT_LE(delivery.heard, delivery.framed);
  EXPECT_LE(delivery.framed, delivery.written);
  EXPECT_EQ(delivery.sockets, 2U) << "one on each shard";
  EXPECT_TRUE(delivery.is_complete);
  EXPECT_EQ(traces[0].deliveries.at(0).sockets, 1U);
  EXPECT_THAT(traces[2].deliveries, IsEmpty()) << "the room has no member there";
}

TEST_F(Traces, OffNothingIsMarkedAndNothingReported) {
  FakeClient& ana = joined(nodes[0], "lobby", "Ana");
  FakeClient& bo = joined(nodes[1], "lobby", "Bo");
  ana.send("lobby", "hi");
  run();
  EXPECT_FALSE(bo.last("message").contains("trace"));
  for (const auto& node : traces) {
    EXPECT_THAT(node.intakes, IsEmpty());
    EXPECT_THAT(node.deliveries, IsEmpty());
  }
}

TEST_F(Traces, AClientEndsThemAsItBeganThem) {
  FakeClient& ana = tracing(nodes[0], "Ana");
  ana.say({{"type", "hello"}, {"name", "Ana B"}});
  run();
  ana.send("lobby", "still traced");
  run();
  EXPECT_THAT(traces[0].intakes, SizeIs(1));
  ana.say({{"type", "hello"}, {"trace", false}});
  run();
  ana.send("lobby", "not any more");
  run();
  EXPECT_THAT(traces[0].intakes, SizeIs(1));
}

TEST_F(Traces, ARepetitionIsReportedAsOne) {
  FakeClient& ana = tracing(nodes[0], "Ana");
  for (int i = 0; i < 2; ++i) ana.say({{"type", "send"}, {"id", i}, {"room", "lobby"}, {"text", "hi"}, {"seq", 1}});
  run();
  ASSERT_THAT(traces[0].intakes, SizeIs(2));
  EXPECT_FALSE(traces[0].intakes[0].is_duplicate);
  EXPECT_TRUE(traces[0].intakes[1].is_duplicate);
  EXPECT_EQ(traces[0].intakes[1].position, traces[0].intakes[0].position);
  EXPECT_THAT(traces[0].deliveries, SizeIs(1));
}

TEST_F(Traces, AMemberReadsTheReportsOfAMessage) {
  FakeClient& ana = tracing(nodes[0], "Ana");
  ana.send("lobby", "hi");
  run();
  ana.say({{"type", "trace"}, {"id", 5}, {"room", "lobby"}, {"offset", 1}});
  run();
  const json answer = ana.reply(5);
  EXPECT_EQ(answer["type"], "trace");
  EXPECT_EQ(answer["offset"], 1);
  EXPECT_EQ(answer["epoch"], ana.last("message")["epoch"]);
  EXPECT_EQ(answer["hops"], json::array({{{"node", "chat-1"}}}));
  EXPECT_THAT(traces[0].asked, ElementsAre("lobby 1"));
}

TEST_F(Traces, AStrangerReadsNone) {
  FakeClient& eve = joined(nodes[0], "garden", "Eve");
  eve.say({{"type", "trace"}, {"id", 5}, {"room", "lobby"}, {"offset", 1}});
  run();
  EXPECT_EQ(eve.reply(5)["code"], "not_joined");
  EXPECT_THAT(traces[0].asked, IsEmpty());
}

}  // namespace
}  // namespace chat
