#include "server/otlp_spans.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "chat/core/trace_mark.hpp"

namespace chat {
namespace {

using nlohmann::json;

const std::string kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const std::string kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-b7ad6b7169203331-01";

json value_of(const json& span, const std::string& key) {
  for (const auto& attribute : span["attributes"]) {
    if (attribute["key"] == key) return attribute["value"];
  }
  return {};
}

TEST(OtlpSpans, TheNodeThatTakesAMessageIsAProducerBelowTheApplication) {
  const Intake intake{"lobby", {"e1", 7}, kTrace, kParent, 1'000'100, 1'000'900};
  const json span = json::parse(span_of(intake, {100, 5}));
  EXPECT_EQ(span["traceId"], trace_id_of(kTrace));
  EXPECT_EQ(span["spanId"], span_id_of(kTrace));
  EXPECT_EQ(span["parentSpanId"], span_id_of(kParent));
  EXPECT_EQ(span["kind"], 4);
  EXPECT_EQ(span["startTimeUnixNano"], "1000000000");
  EXPECT_EQ(span["endTimeUnixNano"], "1000800000");
  EXPECT_EQ(value_of(span, "messaging.destination.name")["stringValue"], "lobby");
  EXPECT_EQ(value_of(span, "messaging.message.id")["stringValue"], "e1:7");
}

TEST(OtlpSpans, ATraceThatBeginsAtTheNodeHasNoParent) {
  EXPECT_FALSE(json::parse(span_of(Intake{"lobby", {"e1", 7}, kTrace, {}, 1, 2}, {})).contains("parentSpanId"));
}

TEST(OtlpSpans, ANodeThatDeliversIsLinkedAndNotBelow) {
  const Delivery delivery{"lobby", {"e1", 7}, kTrace, 10, 20, 30, 12, 1};
  const json span = json::parse(span_of(delivery, {}));
  EXPECT_NE(span["traceId"], trace_id_of(kTrace));
  EXPECT_FALSE(span.contains("parentSpanId"));
  EXPECT_EQ(span["links"], json::array({{{"traceId", trace_id_of(kTrace)}, {"spanId", span_id_of(kTrace)}}}));
  EXPECT_EQ(span["kind"], 5);
  EXPECT_EQ(span["startTimeUnixNano"], "10000");
  EXPECT_EQ(span["endTimeUnixNano"], "30000");
  EXPECT_EQ(span["events"][0]["timeUnixNano"], "20000");
  EXPECT_EQ(value_of(span, "chat.sockets")["intValue"], "12");
}

TEST(OtlpSpans, ARequestNamesTheNode) {
  const json request = json::parse(otlp_request("chat-2", {R"({"name":"a"})", R"({"name":"b"})"}));
  const json& resource = request["resourceSpans"][0];
  EXPECT_EQ(value_of(resource["resource"], "service.name")["stringValue"], "chatd");
  EXPECT_EQ(value_of(resource["resource"], "service.instance.id")["stringValue"], "chat-2");
  EXPECT_EQ(resource["scopeSpans"][0]["spans"].size(), 2U);
}

}  // namespace
}  // namespace chat
