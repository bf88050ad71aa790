// The WebSocket reader. Wherever the bytes are cut the result is the same; messages keep the limit, texts are UTF-8;
// and delivered messages can be written as frames, whole, in fragments or compressed, and are read back equal.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat/base/assert.hpp"
#include "chat/base/utf8.hpp"
#include "chat/codec/deflate.hpp"
#include "chat/transport/websocket/websocket_reader.hpp"
#include "fuzz/choices.hpp"

namespace {

using namespace chat;

constexpr std::uint8_t kFinal = 0x80, kCompressed = 0x40;

struct Delivered {
  enum class Kind : std::uint8_t { text, binary, ping, pong, close } kind;
  std::string payload;
  bool operator==(const Delivered&) const = default;
};

struct Settings {
  std::size_t max_bytes;
  bool deflate;
};

/// Stops like a connection: behind a close frame nothing is read.
class Recorder final : public WebSocketReader::Handler {
 public:
  explicit Recorder(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  void on_message(std::string_view payload, bool binary) override {
    CHAT_ASSERT(payload.size() <= max_bytes_);
    CHAT_ASSERT(binary || is_utf8(payload));
    add(binary ? Delivered::Kind::binary : Delivered::Kind::text, payload);
  }
  void on_ping(std::string_view payload) override {
    CHAT_ASSERT(payload.size() <= 125);
    add(Delivered::Kind::ping, payload);
  }
  void on_pong() override { add(Delivered::Kind::pong, {}); }
  void on_close(CloseCode code) override {
    const auto number = static_cast<unsigned>(code);
    CHAT_ASSERT(number >= 1000 && number < 5000 && number != 1005 && number != 1006 && number != 1015);
    add(Delivered::Kind::close, std::string{static_cast<char>(number >> 8), static_cast<char>(number & 0xff)});
    closed_ = true;
  }
  bool is_done() const override { return closed_; }

  std::vector<Delivered> delivered;

 private:
  void add(Delivered::Kind kind, std::string_view payload) {
    CHAT_ASSERT(!closed_);
    delivered.push_back({kind, std::string(payload)});
  }
  std::size_t max_bytes_;
  bool closed_ = false;
};

struct Outcome {
  std::vector<Delivered> delivered;
  std::string failure;
  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes, std::uint8_t split, Settings settings) {
  WebSocketReader reader(settings.max_bytes,
                         settings.deflate ? WebSocketReader::Mode::whole_deflate : WebSocketReader::Mode::whole);
  Recorder recorder(settings.max_bytes);
  std::string failure;
  in_pieces(bytes, split, [&](std::string_view piece) {
    std::vector<char> copy(piece.begin(), piece.end());  // exactly as long, so that a read past the end shows
    const auto reason = reader.feed(copy, recorder);
    if (reason) failure = std::to_string(static_cast<unsigned>(reason->code)) + std::string(reason->text);
    return !reason && !recorder.is_done();
  });
  return {std::move(recorder.delivered), std::move(failure)};
}

void append_frame(std::string& out, std::uint8_t first_byte, std::uint8_t mask, std::string_view payload) {
  std::string frame;
  append_websocket_frame(frame, Opcode::text, payload);
  frame[0] = static_cast<char>(first_byte);
  frame[1] = static_cast<char>(static_cast<std::uint8_t>(frame[1]) | 0x80);
  out.append(frame, 0, frame.size() - payload.size());
  out.append(4, static_cast<char>(mask));
  for (const char byte : payload) out += static_cast<char>(static_cast<std::uint8_t>(byte) ^ mask);
}

/// Frames that are well-formed as such, so that the fuzzer gets behind lengths and masks: head, mask, size, payload.
std::string make_frames(Choices& choices) {
  std::string out;
  while (!choices.empty()) {
    const auto head = choices.byte(), mask = choices.byte();
    append_frame(out, head, mask, choices.text(choices.byte()));
  }
  return out;
}

void append_message(std::string& out, const Delivered& message, std::uint8_t mask, Settings settings) {
  const bool binary = message.kind == Delivered::Kind::binary;
  const auto opcode = static_cast<std::uint8_t>(binary ? Opcode::binary : Opcode::text);
  const std::string_view payload = message.payload;
  std::string compressed;
  append_deflated_websocket_frame(compressed, Opcode(opcode), payload);
  if (settings.deflate && (static_cast<std::uint8_t>(compressed[0]) & kCompressed) != 0) {
    std::string_view frames = compressed;
    return append_frame(out, opcode | kFinal | kCompressed, mask, take_websocket_payload(frames));
  }
  if (mask % 3 == 0) return append_frame(out, opcode | kFinal, mask, payload);
  const std::size_t cut = payload.size() * mask / 256;
  append_frame(out, opcode, mask, payload.substr(0, cut));
  append_frame(out, static_cast<std::uint8_t>(Opcode::ping) | kFinal, mask, "between");
  append_frame(out, kFinal, mask, payload.substr(cut));
}

void write_back(const std::vector<Delivered>& delivered, std::uint8_t split, Settings settings) {
  std::string bytes;
  for (const auto& part : delivered) {
    switch (part.kind) {
      case Delivered::Kind::text:
      case Delivered::Kind::binary:
        append_message(bytes, part, split, settings);
        break;
      case Delivered::Kind::ping:
        append_frame(bytes, static_cast<std::uint8_t>(Opcode::ping) | kFinal, split, part.payload);
        break;
      case Delivered::Kind::pong:
        append_frame(bytes, static_cast<std::uint8_t>(Opcode::pong) | kFinal, split, {});
        break;
      case Delivered::Kind::close:
        append_frame(bytes, static_cast<std::uint8_t>(Opcode::close) | kFinal, split, part.payload);
        break;
    }
  }
  auto again = read(bytes, split, settings);
  CHAT_ASSERT(again.failure.empty());
  const Delivered between{Delivered::Kind::ping, "between"};
  std::erase(again.delivered, between);
  auto expected = delivered;
  std::erase(expected, between);
  CHAT_ASSERT(again.delivered == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  const auto flags = choices.byte(), split = choices.byte();
  const Settings settings{(flags & 2) != 0 ? 100U : 16 * 1024U, (flags & 1) != 0};
  const std::string bytes = (flags & 4) != 0 ? make_frames(choices) : std::string(choices.rest());
  const auto whole = read(bytes, 0, settings);
  CHAT_ASSERT(whole == read(bytes, split, settings));
  write_back(whole.delivered, split, settings);
  return 0;
}
