// Decompression. The output keeps its limit, and nothing before it changes; only a complete stream is accepted; an
// accepted one can be compressed and decompressed again.
#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "chat/base/assert.hpp"
#include "chat/codec/deflate.hpp"
#include "fuzz/choices.hpp"

namespace {

using namespace chat;

constexpr std::string_view kBefore = "before";
constexpr std::size_t kPiece = 4096;  // inflate_message() may write one piece more before it sees the limit

/// zlib's result for the bytes in one call; nothing if they end inside a block.
bool is_complete(std::string_view compressed, std::string& out) {
  std::string bytes(compressed);
  bytes.append("\x00\x00\xff\xff", 4);
  z_stream stream{};
  CHAT_ASSERT(inflateInit2(&stream, -15) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_SYNC_FLUSH);
  const bool between_blocks = (stream.data_type & 128) != 0;
  out.resize(out.size() - stream.avail_out);
  inflateEnd(&stream);
  return result == Z_STREAM_END || (result == Z_OK && stream.avail_in == 0 && between_blocks);
}

void write_back(std::string_view message) {
  std::string frame, again;
  append_deflated_websocket_frame(frame, Opcode::binary, message);
  const bool compressed = (static_cast<std::uint8_t>(frame[0]) & 0x40) != 0;
  std::string_view frames = frame;
  const auto payload = take_websocket_payload(frames);
  CHAT_ASSERT(frames.empty() && payload.size() <= message.size());
  if (compressed) CHAT_ASSERT(!inflate_message(payload, message.size(), again));
  CHAT_ASSERT((compressed ? again : payload) == message);
  if (compressed && !message.empty()) {
    std::string cut;
    const auto refused = inflate_message(payload, message.size() - 1, cut);
    CHAT_ASSERT(refused && refused->code == CloseCode::too_big);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  const std::size_t most = std::size_t{1} << choices.below(16);
  const auto compressed = choices.rest();
  std::string out(kBefore);
  const auto refused = inflate_message(compressed, most, out);
  CHAT_ASSERT(out.starts_with(kBefore));
  const auto message = std::string_view(out).substr(kBefore.size());
  CHAT_ASSERT(message.size() <= most + kPiece);
  if (refused) return 0;
  CHAT_ASSERT(message.size() <= most);
  std::string expected(most + 1, '\0');
  CHAT_ASSERT(is_complete(compressed, expected));
  CHAT_ASSERT(message == expected);
  write_back(message);
  return 0;
}
