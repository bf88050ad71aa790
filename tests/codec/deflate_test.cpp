#include "chat/codec/deflate.hpp"

#include <gtest/gtest.h>

#include <random>

namespace chat {
namespace {

std::string deflated_frame(const std::string& payload) {
  std::string out = "before";
  append_deflated_websocket_frame(out, Opcode::text, payload);
  return out.substr(6);
}

TEST(Deflate, MakesAFrameThatUnfoldsToTheSame) {
  std::mt19937 random(7);
  for (std::size_t size = 64; size < 200'000; size = size * 3 / 2) {
    std::string payload(size, '\0');
    for (auto& c : payload) c = static_cast<char>('a' + random() % 3);
    const std::string frame = deflated_frame(payload);
    ASSERT_EQ(static_cast<unsigned char>(frame[0]), 0xC1U);
    ASSERT_LT(frame.size(), size);
    const auto length = static_cast<unsigned char>(frame[1]);
    std::string out;
    EXPECT_FALSE(inflate_message(frame.substr(length < 126 ? 2 : length == 126 ? 4 : 10), size, out));
    EXPECT_EQ(out, payload);
  }
}

TEST(Deflate, MakesTheSameBytesWhateverWasMadeBefore) {
  const std::string payload(300, 'x');
  const std::string first = deflated_frame(payload);
  deflated_frame(std::string(5000, 'y'));
  EXPECT_EQ(deflated_frame(payload), first);
}

TEST(Deflate, LeavesAsItIsWhatWouldNotGetShorter) {
  std::string plain;
  append_websocket_frame(plain, Opcode::text, "short");
  EXPECT_EQ(deflated_frame("short"), plain);
  std::mt19937 random(7);
  std::string noise(200, '\0');
  for (auto& c : noise) c = static_cast<char>(random());
  EXPECT_EQ(static_cast<unsigned char>(deflated_frame(noise)[0]), 0x81U);
}

}  // namespace
}  // namespace chat
