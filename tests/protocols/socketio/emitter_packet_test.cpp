#include "protocols/socketio/emitter_packet.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace chat {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = EmitterPacket::Kind;

std::string packed(const json& value) {
  const auto bytes = json::to_msgpack(value);
  return {bytes.begin(), bytes.end()};
}

json broadcast(json data,
               json options = {{"rooms", json::array()}, {"except", json::array()}, {"flags", json::object()}}) {
  return {"emitter", {{"type", 2}, {"data", std::move(data)}, {"nsp", "/"}}, std::move(options)};
}

TEST(EmitterPackets, SayWhatAndToWhom) {
  const auto packet =
      read_broadcast(packed(broadcast({"news", 1, "two", {{"three", 3}}}, {{"rooms", {"a", "b"}}, {"except", {"c"}}})));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->kind, Kind::emit);
  EXPECT_EQ(packet->event, "news");
  EXPECT_EQ(packet->arguments, R"([1,"two",{"three":3}])");
  EXPECT_THAT(packet->to, ElementsAre("a", "b"));
  EXPECT_THAT(packet->except, ElementsAre("c"));
}

TEST(EmitterPackets, CarryBytesAsBase64) {
  const auto packet = read_broadcast(packed(broadcast({"file", json::binary({1, 2, 3}), {{"in", json::binary({4})}}})));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->arguments, R"(["AQID",{"in":"BA=="}])");
}

TEST(EmitterPackets, CarryDatesAsTheTextThatJsonHasForThem) {
  const auto time = [](std::vector<std::uint8_t> content) { return json::binary(std::move(content), 0xff); };
  const auto packet = read_broadcast(packed(broadcast({"meeting",
                                                       time({0x65, 0x53, 0xf1, 0x00}),
                                                       {{"until", time({0x1d, 0x53, 0x53, 0, 0, 0, 0, 1})}},
                                                       time({0, 0, 0, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0})})));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->arguments, R"(["2023-11-14T22:13:20.000Z",{"until":"1970-01-01T00:00:01.123Z"},null])");
}

TEST(EmitterPackets, CarryOtherExtensionsAsBase64) {
  const auto packet = read_broadcast(packed(broadcast({"file", json::binary({1, 2, 3, 4}, 7)})));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->arguments, R"(["AQIDBA=="])");
}

TEST(EmitterPackets, AreRefusedIfTheyHaveAnotherShape) {
  const json deep = [] {
    json value = json::array();
    for (int i = 0; i < 100; ++i) value = json::array({value});
    return value;
  }();
  for (const auto& wrong : {
           json(),
           json(7),
           json::array(),
           json::array({"emitter", 1, json::object()}),
           broadcast(json::array()),
           broadcast({7}),
           broadcast({""}),
           broadcast({std::string(65, 'x')}),
           broadcast({"a\nb"}),
           broadcast({"connect"}),
           broadcast({"x"}, 7),
           broadcast({"x"}, {{"rooms", "a"}}),
           broadcast({"x"}, {{"rooms", {7}}}),
           broadcast({"x"}, {{"except", {std::string(129, 'x')}}}),
           broadcast({"x"}, {{"rooms", std::vector<std::string>(1001, "a")}}),
           broadcast({"x", std::string(20'000, 'x')}),
           broadcast({"x", deep}),
           broadcast({"x", "\xff"}),
           broadcast({"\xff"}),
           json::array({"emitter", {{"type", 3}, {"data", {"x"}}, {"nsp", "/"}}, json::object()}),
           json::array({"emitter", {{"type", 2}, {"data", {"x"}}, {"nsp", "/other"}}, json::object()}),
       }) {
    EXPECT_FALSE(read_broadcast(packed(wrong))) << packed(wrong).substr(0, 80);
  }
  EXPECT_FALSE(read_broadcast(""));
  EXPECT_FALSE(read_broadcast("\xc1"));
  EXPECT_FALSE(read_broadcast(std::string(EmitterPacket::kMaxBytes + 1, '\x00')));
  EXPECT_FALSE(read_broadcast(std::string(100'000, '\x91'))) << "arrays without end";
}

TEST(EmitterRequests, AreJoinsLeavesAndDisconnects) {
  const auto join = read_adapter_request(R"({"type":2,"opts":{"rooms":["a"],"except":[]},"rooms":["b","c"]})");
  ASSERT_TRUE(join);
  EXPECT_EQ(join->kind, Kind::join);
  EXPECT_THAT(join->to, ElementsAre("a"));
  EXPECT_THAT(join->rooms, ElementsAre("b", "c"));
  EXPECT_EQ(read_adapter_request(R"({"type":3,"opts":{},"rooms":["b"]})")->kind, Kind::leave);
  const auto disconnect = read_adapter_request(R"({"type":4,"opts":{"rooms":["a"],"except":["b"]},"close":true})");
  ASSERT_TRUE(disconnect);
  EXPECT_EQ(disconnect->kind, Kind::disconnect);
  EXPECT_THAT(disconnect->except, ElementsAre("b"));
  EXPECT_THAT(disconnect->rooms, IsEmpty());
}

TEST(EmitterRequests, AreRefusedIfTheyHaveAnotherShape) {
  for (const char* wrong :
       {"", "7", "[]", "{}", R"({"type":1})", R"({"type":6,"uid":"x","data":["y"]})", R"({"type":2,"opts":{}})",
        R"({"type":2,"opts":{},"rooms":"a"})", R"({"type":2,"rooms":["a"]})", R"({"type":4})",
        R"({"type":4,"opts":[]})", R"({"type":"2","opts":{},"rooms":["a"]})"}) {
    EXPECT_FALSE(read_adapter_request(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace chat
