#include "chat/codec/deflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <cstdint>

#include "chat/base/assert.hpp"

namespace chat {
namespace {

constexpr int kRawWindow = -15;                           // 32 KiB, without zlib's header
constexpr int kMemory = 8;                                // zlib's default
constexpr std::size_t kWorthIt = 64;                      // bytes; shorter ones do not get shorter
constexpr std::string_view kTail("\x00\x00\xff\xff", 4);  // ends a flush; the wire leaves it out (§7.2.1)
constexpr std::uint8_t kCompressed = 0x40;                // RSV1
constexpr std::size_t kPiece = 4096;
constexpr int kBetweenBlocks = 128;  // in z_stream::data_type

Bytef* bytes_of(std::string_view text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); }

class Compressor {
 public:
  Compressor() {
    CHAT_ASSERT(deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, kRawWindow, kMemory, Z_DEFAULT_STRATEGY) == Z_OK);
  }
  ~Compressor() { deflateEnd(&stream_); }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  /// Without the tail; lives until the next call.
  std::string_view run(std::string_view payload) {
    deflateReset(&stream_);
    out_.resize(deflateBound(&stream_, payload.size()) + 16);
    stream_.next_in = bytes_of(payload);
    stream_.avail_in = static_cast<uInt>(payload.size());
    stream_.next_out = bytes_of(out_);
    stream_.avail_out = static_cast<uInt>(out_.size());
    CHAT_ASSERT(deflate(&stream_, Z_SYNC_FLUSH) == Z_OK && stream_.avail_in == 0);
    std::string_view made(out_.data(), out_.size() - stream_.avail_out);
    CHAT_ASSERT(made.ends_with(kTail));
    made.remove_suffix(kTail.size());
    return made;
  }

 private:
  z_stream stream_{};
  std::string out_;
};

class Decompressor {
 public:
  Decompressor() { CHAT_ASSERT(inflateInit2(&stream_, kRawWindow) == Z_OK); }
  ~Decompressor() { inflateEnd(&stream_); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  std::optional<CloseReason> run(std::string_view compressed, std::size_t most, std::string& out) {
    inflateReset(&stream_);
    const std::size_t before = out.size();
    for (const auto piece : {compressed, kTail}) {
      stream_.next_in = bytes_of(piece);
      stream_.avail_in = static_cast<uInt>(piece.size());
      do {
        char buffer[kPiece];
        stream_.next_out = bytes_of({buffer, kPiece});
        stream_.avail_out = kPiece;
        const int result = inflate(&stream_, Z_SYNC_FLUSH);
        out.append(buffer, kPiece - stream_.avail_out);
        if (out.size() - before > most) return CloseReason{CloseCode::too_big, "a message that is too big"};
        if (result == Z_STREAM_END) return std::nullopt;  // a last block, which is allowed (§7.2.3.4)
        if (result != Z_OK && result != Z_BUF_ERROR)
          return CloseReason{CloseCode::protocol_error, "not compressed as it says"};
      } while (stream_.avail_in > 0 || stream_.avail_out == 0);
    }
    // With the tail a whole message ends between two blocks. One that was cut off ends inside a block.
    if ((stream_.data_type & kBetweenBlocks) == 0)
      return CloseReason{CloseCode::protocol_error, "compressed data that is not complete"};
    return std::nullopt;
  }

 private:
  z_stream stream_{};
};

}  // namespace

void append_deflated_websocket_frame(std::string& out, Opcode opcode, std::string_view payload) {
  thread_local Compressor compressor;
  const std::string_view shorter = payload.size() < kWorthIt ? payload : compressor.run(payload);
  if (shorter.size() >= payload.size()) return append_websocket_frame(out, opcode, payload);
  const std::size_t start = out.size();
  append_websocket_frame(out, opcode, shorter);
  out[start] = static_cast<char>(static_cast<std::uint8_t>(out[start]) | kCompressed);
}

std::optional<CloseReason> inflate_message(std::string_view compressed, std::size_t most, std::string& out) {
  thread_local Decompressor decompressor;
  return decompressor.run(compressed, most, out);
}

}  // namespace chat
