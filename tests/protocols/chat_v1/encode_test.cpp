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

}  // namespace
}  // namespace chat
