#include "protocols/codec_contract.hpp"

#include <nlohmann/json.hpp>

#include "protocols/chat_v1/codec.hpp"
#include "protocols/chat_v1/decode.hpp"
#include "protocols/signalr/codec.hpp"
#include "protocols/signalr/hub_message.hpp"
#include "protocols/signalr/wire.hpp"

namespace chat {
namespace {

TEST_P(CodecContract, HasANameClientsCanAskFor) {
  EXPECT_FALSE(GetParam().codec.name().empty());
  EXPECT_EQ(GetParam().codec.name().find_first_of(" ,;\""), std::string_view::npos);
}

TEST_P(CodecContract, ReadsEveryRequest) {
  const auto all = decode(R"([{"type":"hello","name":"Ana","identity_secret":"g","producer":"p"},
    {"type":"join","room":"lobby","cursor":{"epoch":"e","offset":41},"history":50},
    {"type":"send","room":"lobby","text":"hi","seq":7,"name":"Bo"},
    {"type":"history","room":"lobby","before":58,"limit":9},
    {"type":"members","room":"lobby"}, {"type":"typing","room":"lobby"}, {"type":"leave","room":"lobby"}, {"type":"node"}])");
  ASSERT_EQ(all.size(), 8U);
  const auto& hello = std::get<Hello>(all[0].command);
  EXPECT_EQ(hello.name, "Ana");
  EXPECT_EQ(hello.identity_secret, "g");
  EXPECT_EQ(hello.producer, "p");
  const auto& join = std::get<Join>(all[1].command);
  EXPECT_EQ(join.room, "lobby");
  EXPECT_EQ(join.cursor, (Position{"e", 41}));
  EXPECT_EQ(join.history, 50U);
  const auto& send = std::get<Send>(all[2].command);
  EXPECT_EQ(send.content.kind, Content::Kind::text);
  EXPECT_EQ(send.content.value, "hi");
  EXPECT_EQ(send.seq, 7U);
  EXPECT_EQ(send.name, "Bo");
  const auto& history = std::get<ReadHistory>(all[3].command);
  EXPECT_EQ(history.before, 58U);
  EXPECT_EQ(history.limit, 9U);
  EXPECT_TRUE(std::holds_alternative<ListMembers>(all[4].command));
  EXPECT_TRUE(std::holds_alternative<NotifyTyping>(all[5].command));
  EXPECT_TRUE(std::holds_alternative<Leave>(all[6].command));
  EXPECT_TRUE(std::holds_alternative<AskNode>(all[7].command));
}

TEST_P(CodecContract, FillsInWhatARequestLeavesOut) {
  EXPECT_FALSE(std::get<Hello>(decode(R"({"type":"hello"})")[0].command).name);
  const auto join = std::get<Join>(decode(R"({"type":"join","room":"lobby"})")[0].command);
  EXPECT_FALSE(join.cursor);
  EXPECT_EQ(join.history, 50U);
  EXPECT_EQ(std::get<Send>(decode(R"({"type":"send","room":"lobby","text":"hi"})")[0].command).seq, 0U);
  const auto history = std::get<ReadHistory>(decode(R"({"type":"history","room":"lobby"})")[0].command);
  EXPECT_FALSE(history.before);
  EXPECT_EQ(history.limit, 50U);
}

TEST_P(CodecContract, CutsPagesToWhatThereIsInOne) {
  EXPECT_EQ(std::get<ReadHistory>(decode(R"({"type":"history","room":"l","limit":201})")[0].command).limit, 200U);
}

TEST_P(CodecContract, EchoesIdsAsTheyWere) {
  for (const char* id : {"0", "-5", "9007199254740993", R"("")", R"("text \" with é")"}) {
    const auto request = decode(R"({"type":"node","id":)" + std::string(id) + "}").at(0);
    const auto reply = nlohmann::json::parse(encode(request.id, NodeAnswer{"chat-1", "s", "u"}));
    EXPECT_EQ(reply["id"], nlohmann::json::parse(id));
  }
  EXPECT_EQ(encode("", NodeAnswer{"chat-1", "s", "u"}).find("\"id\""), std::string::npos);
}

TEST_P(CodecContract, CarriesDataUnchanged) {
  const auto send = std::get<Send>(decode(R"({"type":"send","room":"lobby","data":{"a":[1,null,"é"]}})")[0].command);
  EXPECT_EQ(send.content.kind, Content::Kind::data);
  EXPECT_EQ(nlohmann::json::parse(send.content.value), nlohmann::json::parse(R"({"a":[1,null,"é"]})"));
}

TEST_P(CodecContract, MakesAFailureOfWhatCannotBeUnderstoodAndGoesOnWithTheNext) {
  const auto all = decode(R"([{"type":"nonsense","id":1},{"id":2},{"type":"join","id":3},{"type":"node","id":4}])");
  ASSERT_EQ(all.size(), 4U);
  const auto* const call = std::get_if<Call>(&all[0].command);  // what no protocol knows may be the application's
  EXPECT_EQ((call == nullptr ? std::get<Failure>(all[0].command) : call->unknown).code, ErrorCode::unknown_type);
  EXPECT_EQ(std::get<Failure>(all[1].command).code, ErrorCode::bad_request);
  EXPECT_EQ(std::get<Failure>(all[2].command).code, ErrorCode::bad_request);
  EXPECT_TRUE(std::holds_alternative<AskNode>(all[3].command));
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(nlohmann::json::parse(encode(all[static_cast<std::size_t>(i)].id, NodeAnswer{}))["id"], i + 1);
  }
}

/// The requests that any client could make.
template <void (*Decode)(std::string_view, const HubProfile&, std::vector<HubRequest>&)>
void decode_signalr(std::string_view bytes, std::vector<Request>& requests) {
  std::vector<HubRequest> decoded;
  Decode(bytes, default_profile(), decoded);
  for (auto& request : decoded) {
    std::visit(
        [&](auto& command) {
          if constexpr (std::is_constructible_v<Command, decltype(std::move(command))>) {
            requests.push_back({request.id, std::move(command)});
          }
        },
        request.command);
  }
}

INSTANTIATE_TEST_SUITE_P(Json, CodecContract,
                         testing::Values(CodecUnderTest{json_codec(), decode_json,
                                                        [](std::string_view json) { return std::string(json); },
                                                        [](std::string_view bytes) { return std::string(bytes); }}),
                         [](const auto&) { return "ChatV1"; });

INSTANTIATE_TEST_SUITE_P(SignalR, CodecContract,
                         testing::Values(CodecUnderTest{signalr_json_codec(), decode_signalr<decode_hub_json>,
                                                        pack_hub_json, unpack_hub_json},
                                         CodecUnderTest{signalr_msgpack_codec(), decode_signalr<decode_hub_msgpack>,
                                                        pack_hub_msgpack, unpack_hub_msgpack}),
                         [](const auto& param) { return param.param.codec.is_binary() ? "MessagePack" : "Json"; });

}  // namespace
}  // namespace chat
