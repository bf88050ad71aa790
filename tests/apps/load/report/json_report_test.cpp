#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/load/report/report.hpp"

namespace chat::load {
namespace {

using nlohmann::ordered_json;
using ::testing::ElementsAre;

std::vector<std::string> members(const ordered_json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

ordered_json report_of(const Summary& summary) { return ordered_json::parse(json_report(Options(), summary)); }

TEST(JsonReport, HasTheMembersThatTheBenchmarksRead) {
  EXPECT_THAT(members(report_of({})),
              ElementsAre("workload", "rooms", "clients_per_room", "senders_per_room", "rate", "window",
                          "payload_bytes", "processes", "clients_by_node", "joined", "join_failures", "sent",
                          "sent_while_measuring", "acked", "refused", "unanswered", "deliveries_expected",
                          "deliveries_got", "latency_from_due_us", "latency_from_send_us", "ack_us", "send_delay_us",
                          "seconds", "marks", "reconnects", "resent", "resent_stored", "cut", "unexpected",
                          "duplicate_acks", "stored_though_refused", "misrouted", "unreadable", "foreign", "by_offset",
                          "by_sender", "abandoned_rooms", "disagreements", "interrupted", "clean"));
}

TEST(JsonReport, WritesOneObjectForEachProcessAndEachSecond) {
  Summary summary;
  summary.after.processes = {{"chatd", 3, 1500, 4096, 2048}, {"redis-server", 1, 700, 1024, 0}};
  summary.rows.emplace_back().at = 1;
  summary.rows.back().so_far = {20, 200};
  summary.rows.back().p99_us = 950;
  const auto report = report_of(summary);
  EXPECT_EQ(report["marks"]["after"]["processes"], ordered_json::parse(R"([
    {"name":"chatd","count":3,"cpu_us":1500,"rss_bytes":4096,"pss_bytes":2048},
    {"name":"redis-server","count":1,"cpu_us":700,"rss_bytes":1024,"pss_bytes":0}])"));
  EXPECT_EQ(report["seconds"], ordered_json::parse(R"([{"at":1.0,"sent":20,"delivered":200,"reconnects":0,"p50":0,
    "p99":950,"undisturbed_p99":0,"send_delay_p99":0}])"));
}

TEST(JsonReport, WritesAnEmptyTallyAsAnObjectAndNoSecondAsAnEmptyArray) {
  const auto report = report_of({});
  EXPECT_EQ(report["cut"], ordered_json::object());
  EXPECT_EQ(report["seconds"], ordered_json::array());
  EXPECT_EQ(report["marks"]["before"]["processes"], ordered_json::array());
}

TEST(JsonReport, RoundsTheTimesOfReconnectsToMilliseconds) {
  Summary summary;
  EXPECT_EQ(report_of(summary)["reconnects"]["first_at"], 0);
  summary.results.returns.reconnects = 1;
  summary.results.returns.reconnected.include(1'234'567'890);
  EXPECT_EQ(report_of(summary)["reconnects"]["first_at"], 1.235);
}

TEST(JsonReport, QuotesReasonsAndReplacesBytesThatAreNotUtf8) {
  Summary summary;
  summary.results.failures.cut["close code 4000 \"so\" \\ \x01 \xff"] = 2;
  EXPECT_THAT(members(report_of(summary)["cut"]), ElementsAre("close code 4000 \"so\" \\ \x01 \xef\xbf\xbd"));
}

}  // namespace
}  // namespace chat::load
