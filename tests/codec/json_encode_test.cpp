#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "chat/codec/codec.hpp"

namespace chat {
namespace {

const Message kFirst{
    57, SharedBytes(R"({"from":{"id":"u1","name":"Ana"},"text":"Olá","time":1795262400123,"node":"chat-2"})")};
const Message kSecond{
    58, SharedBytes(R"({"from":{"id":"u2","name":"Bo"},"data":{"a":1},"time":1795262400124,"node":"chat-1"})")};
const Member kAna{{"u1", "Ana \"A\""}, {"chat-1", "chat-2"}};
const Member kBo{{"u2", "Bo"}, {}};

struct Golden {
  const char* file;
  RequestId id;
  Event event;
};

void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.file; }

/// golden/chat.v1 has one file an event: what clients written against this protocol have seen so far.
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

std::vector<Member> many_people() { return std::vector<Member>(5, kBo); }

INSTANTIATE_TEST_SUITE_P(
    Golden, JsonEncode,
    testing::Values(
        Golden{"welcome", "1", Welcome{"chat-2", "5e55", {"u1", "Ana"}, "s4nd3r", 10, 20}},
        Golden{"welcome_push", "", Welcome{"chat-2", "5e55", {"u1", "Ana"}, "s4nd3r", 0, 20}},
        Golden{"joined", "2", Joined{"lobby", {"e1", 58}, true, {kFirst, kSecond}, 12}},
        Golden{"joined_empty", "2", Joined{"lobby", {"e1", 0}, false, {}, 1}}, Golden{"left", "6", Left{"lobby"}},
        Golden{"ack", "3", Ack{"lobby", {"e1", 58}, false}},
        Golden{"ack_duplicate", R"("text id")", Ack{"lobby", {"e1", 0}, true}},
        Golden{"page", "4", Page{"lobby", "e1", {kFirst}, true}},
        Golden{"members", "5", Members{"lobby", 9, {kAna, kBo}, 12}}, Golden{"node", "7", NodeAnswer{"chat-2", "5e55"}},
        Golden{"message", "", Published{"lobby", "e1", &kFirst}},
        Golden{"presence", "", PresenceChanged{"lobby", 10, {kAna}, {kBo}, 100}},
        Golden{"presence_many", "", PresenceChanged{"lobby", 11, many_people(), {kBo}, 101}},
        Golden{"typing", "", Typing{"lobby", {"u1", "Ana"}}}, Golden{"caught_up", "", CaughtUp{"lobby", 58}},
        Golden{"rewound", "", Rewound{"lobby", {"e2", 51}}},
        Golden{"reset_trimmed", "", Reset{"lobby", "e1", "trimmed"}},
        Golden{"reset_wiped", "", Reset{"lobby", "e2", "wiped"}},
        Golden{"reconnect", "", Reconnect{Milliseconds(1830)}}, Golden{"degraded", "", Degraded{false}},
        Golden{"error", "3", Failure{ErrorCode::bad_room, "no \"such\" name", {}, 5}},
        Golden{"error_rate_limited", "3", Failure{ErrorCode::rate_limited, "too many", Milliseconds(800), 0}},
        Golden{"error_out_of_sequence", "", Failure{ErrorCode::out_of_sequence, "missing before it", {}, 5}}),
    [](const auto& param) { return std::string(param.param.file); });

}  // namespace
}  // namespace chat
