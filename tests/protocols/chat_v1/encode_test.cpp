#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "protocols/chat_v1/codec.hpp"
#include "protocols/golden_events.hpp"

namespace chat {
namespace {

class JsonEncode : public testing::TestWithParam<Golden> {};

TEST_P(JsonEncode, WritesExactlyTheGoldenBytes) {
  std::string encoded = "before";
  json_codec().encode(GetParam().id, GetParam().event, encoded);
  const std::string path = std::string(CHAT_GOLDEN_DIR) + "/chat.v1/" + GetParam().file + ".json";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(encoded.substr(6) + '\n', expected) << path;
}

INSTANTIATE_TEST_SUITE_P(Golden, JsonEncode, testing::ValuesIn(golden_events()),
                         [](const auto& param) { return std::string(param.param.file); });

/// Only this protocol has words for it.
TEST(JsonEncodeOfTheCluster, ShowsTheCluster) {
  ClusterSeen cluster{1795262400123, {}, true, 0.456};
  cluster.nodes.push_back({"chat-1", "One \"1\"", NodeSeen::State::ready, 3, 2, 10.5, 1795262400000, "0.3.0"});
  cluster.nodes.push_back({"chat-2", "", NodeSeen::State::silent, 0, 0, 0, 1795262400001, ""});
  std::string encoded;
  json_codec().encode("", cluster, encoded);
  EXPECT_EQ(
      encoded,
      R"({"type":"cluster","time":1795262400123,"nodes":[{"id":"chat-1","name":"One \"1\"","state":"ready","connections":3,)"
      R"("rooms":2,"messages_per_second":10.50,"started_at":1795262400000,"version":"0.3.0"},{"id":"chat-2","name":"",)"
      R"("state":"silent","connections":0,"rooms":0,"messages_per_second":0.00,"started_at":1795262400001,"version":""}],)"
      R"("store":{"answers":true,"round_trip_ms":0.46}})");
}

TEST(JsonEncodeOfTheCluster, LeavesOutTheRoundTripOfAStoreThatHasNotAnswered) {
  std::string encoded;
  json_codec().encode("", ClusterSeen{5, {}, false, -1}, encoded);
  EXPECT_EQ(encoded, R"({"type":"cluster","time":5,"nodes":[],"store":{"answers":false}})");
}

TEST(JsonEncodeOfTheCluster, HasDetailsForOperators) {
  std::string encoded;
  json_codec().encode("", ClusterSeen{5, {}, false, -1, R"({"events":[]})"}, encoded);
  EXPECT_EQ(encoded, R"({"type":"cluster","time":5,"nodes":[],"store":{"answers":false},"details":{"events":[]}})");
}

TEST(JsonEncodeOfTheCluster, SaysWhetherTheClientWatches) {
  std::string encoded;
  json_codec().encode("7", Watching{true}, encoded);
  EXPECT_EQ(encoded, R"({"type":"watching","id":7,"on":true})");
}

}  // namespace
}  // namespace chat
