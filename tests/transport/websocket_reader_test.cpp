#include "chat/transport/websocket/websocket_reader.hpp"

#include <gmock/gmock.h>

#include "chat/codec/deflate.hpp"
#include "chat/core/limits.hpp"
#include "transport/client_frame.hpp"

namespace chat {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

constexpr std::size_t kMax = 16 * 1024;

/// Records the events of the reader.
class Record final : public WebSocketReader::Handler {
 public:
  void on_message(std::string_view payload, bool binary) override {
    events.push_back((binary ? "binary " : "text ") + std::string(payload));
  }
  void on_ping(std::string_view payload) override { events.push_back("ping " + std::string(payload)); }
  void on_pong() override { events.push_back("pong"); }
  void on_close(CloseCode code) override {
    events.push_back("close " + std::to_string(static_cast<int>(code)));
    done = true;
  }
  bool is_done() const override { return done; }

  std::vector<std::string> events;
  bool done = false;
};

/// The events for the bytes, in pieces of `size`; a breach of the protocol as "broken <code>".
std::vector<std::string> read(std::string bytes, std::size_t size = 1 << 20,
                              WebSocketReader::Mode mode = WebSocketReader::Mode::whole) {
  WebSocketReader reader(kMax, mode);
  Record record;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    std::string piece = bytes.substr(at, size);
    if (const auto broken = reader.feed(piece, record)) {
      EXPECT_FALSE(broken->text.empty());
      record.events.push_back("broken " + std::to_string(static_cast<int>(broken->code)));
      break;
    }
  }
  return record.events;
}

const std::string kConversation = frame(kText, "hello") + frame(kPing, "p") + frame(kText, "") +
                                  frame(kText, "Ol", false) + frame(kPong, "") + frame(kContinuation, "\xC3", false) +
                                  frame(kPing, "mid") + frame(kContinuation, "\xA1") + frame(kBinary, "\xff\x00"s) +
                                  frame(kText, std::string(300, 'x')) +
                                  frame(kClose,
                                        "\x03\xe8"
                                        "bye");
const std::vector<std::string> kHeard{"text hello",
                                      "ping p",
                                      "text ",
                                      "pong",
                                      "ping mid",
                                      "text Olá",
                                      "binary \xff\x00"s,
                                      "text " + std::string(300, 'x'),
                                      "close 1000"};

TEST(WebSocketReader, ReadsAWholeConversation) { EXPECT_EQ(read(kConversation), kHeard); }

TEST(WebSocketReader, ReadsTheSameInPiecesOfAnySize) {
  for (std::size_t size = 1; size < 64; ++size) EXPECT_EQ(read(kConversation, size), kHeard) << size;
}

TEST(WebSocketReader, HandsOverPiecesAsTheyCome) {
  for (std::size_t size = 1; size < 40; ++size) {
    std::string texts, others;
    for (const auto& event : read(kConversation, size, WebSocketReader::Mode::pieces)) {
      event.starts_with("text ") ? texts += event.substr(5) : others += event + ';';
    }
    EXPECT_EQ(texts, "helloOlá" + std::string(300, 'x')) << size;
    EXPECT_TRUE(others.starts_with("ping p;pong;ping mid;binary \xff")) << size;
    EXPECT_TRUE(others.ends_with("close 1000;")) << size;
  }
  const auto broken = [](const std::string& bytes) { return read(bytes, 3, WebSocketReader::Mode::pieces).back(); };
  EXPECT_EQ(broken(frame(kText,
                         "ab\xff"
                         "cd")),
            "broken 1007");
  EXPECT_EQ(broken(frame(kText, "ab\xc3")), "broken 1007");
  EXPECT_EQ(broken(frame(kText, std::string(kMax + 1, 'x'))), "broken 1009");
  EXPECT_EQ(broken(frame(kText, "abcdef", false) + frame(kText, "abcdef")), "broken 1002");
  EXPECT_EQ(broken(frame(kContinuation, "abcdef")), "broken 1002");
}

TEST(WebSocketReader, FailsAtTheFirstByteOfAnUnfinishedFrameThatIsNotUtf8) {
  const auto text = frame(kText, "ab\xff" + std::string(200, 'x'));
  for (std::size_t size = 1; size < 20; ++size) {
    EXPECT_THAT(read(text.substr(0, 8 + 3), size), ElementsAre("broken 1007")) << size;
    EXPECT_THAT(read(text.substr(0, 8 + 2), size), testing::IsEmpty()) << size;
  }
}

TEST(WebSocketReader, AsksBeforeAMessageOfBytesHasCome) {
  class Refusing final : public WebSocketReader::Handler {
   public:
    std::optional<CloseReason> on_binary() override { return CloseReason{CloseCode::unsupported_data, "text only"}; }
    void on_message(std::string_view, bool) override { ADD_FAILURE(); }
    void on_ping(std::string_view) override {}
    void on_pong() override {}
    void on_close(CloseCode) override {}
    bool is_done() const override { return false; }
  };
  for (const auto& bytes : {frame(kBinary, "a", false), frame(kBinary, std::string(500, 'x')).substr(0, 10)}) {
    WebSocketReader reader(kMax);
    Refusing handler;
    std::string copy = bytes;
    const auto wrong = reader.feed(copy, handler);
    ASSERT_TRUE(wrong);
    EXPECT_EQ(wrong->code, CloseCode::unsupported_data);
  }
}

TEST(WebSocketReader, ReadsTheSameWhereverTheStreamIsSplit) {
  for (std::size_t split = 1; split < kConversation.size(); ++split) {
    WebSocketReader reader(kMax);
    Record record;
    std::string head = kConversation.substr(0, split), tail = kConversation.substr(split);
    EXPECT_FALSE(reader.feed(head, record));
    EXPECT_FALSE(reader.feed(tail, record));
    EXPECT_EQ(record.events, kHeard) << split;
  }
}

TEST(WebSocketReader, RefusesWhatTheProtocolForbids) {
  const auto with_bits = [](int bits) {
    auto bytes = frame(kText, "x");
    bytes[0] = static_cast<char>(bytes[0] | bits);
    return bytes;
  };
  struct Case {
    const char* what;
    std::string bytes;
    int code;
  };
  const std::vector<Case> cases = {
      {"RSV1", with_bits(0x40), 1002},
      {"RSV2", with_bits(0x20), 1002},
      {"RSV3", with_bits(0x10), 1002},
      {"no mask", "\x81\x01x"s, 1002},
      {"fragmented ping", frame(kPing, "", false), 1002},
      {"fragmented close", frame(kClose, "", false), 1002},
      {"long ping", frame(kPing, std::string(126, 'x')), 1002},
      {"long close", frame(kClose, "\x03\xe8" + std::string(124, 'x')), 1002},
      {"continuation of nothing", frame(kContinuation, "x"), 1002},
      {"text inside a text", frame(kText, "a", false) + frame(kText, "b"), 1002},
      {"binary inside a text", frame(kText, "a", false) + frame(kBinary, "b", false), 1002},
      {"16-bit length that fits 7", "\x81\xfe\x00\x7d"s, 1002},
      {"64-bit length that fits 16", "\x81\xff\x00\x00\x00\x00\x00\x00\xff\xff"s, 1002},
      {"64-bit length with the top bit", "\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00"s, 1002},
      {"huge length", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff"s, 1009},
      {"too big", frame(kText, std::string(kMax + 1, 'x')), 1009},
      {"too big in fragments", frame(kText, std::string(kMax, 'x'), false) + frame(kContinuation, "x"), 1009},
      {"bad text", frame(kText, "\xff"), 1007},
      {"text that ends inside a character", frame(kText, "\xC3"), 1007},
      {"fragments that end inside one", frame(kText, "\xC3", false) + frame(kContinuation, ""), 1007},
      {"bad text in the first of many fragments", frame(kText, "\xff", false), 1007},
      {"a surrogate over two fragments", frame(kText, "\xED", false) + frame(kContinuation, "\xA0", false), 1007},
      {"close of one byte", frame(kClose, "\x03"), 1002},
      {"close reason that is no text", frame(kClose, "\x03\xe8\xff"), 1007},
  };
  for (const auto& [what, bytes, code] : cases) {
    const std::vector<std::string> expected{"broken " + std::to_string(code)};
    EXPECT_EQ(read(bytes), expected) << what;
    EXPECT_EQ(read(bytes, 1), expected) << what << ", byte by byte";
  }
}

TEST(WebSocketReader, RefusesUnknownOpcodes) {
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    EXPECT_THAT(read(frame(opcode, "")), ElementsAre("broken 1002")) << opcode;
  }
}

TEST(WebSocketReader, RefusesAHeaderBeforeItsPayloadArrives) {
  EXPECT_THAT(read("\x91"s), ElementsAre("broken 1002"));
  EXPECT_THAT(read("\x81\x01"s), ElementsAre("broken 1002"));
  EXPECT_THAT(read("\x81\xff\x00\x00\x00\x00\x00\x10\x00\x00"s), ElementsAre("broken 1009"));
}

TEST(WebSocketReader, TakesAMessageOfExactlyTheLimit) {
  EXPECT_EQ(read(frame(kText, std::string(kMax, 'x'))).size(), 1U);
  const std::string half(kMax / 2, 'x');
  EXPECT_THAT(read(frame(kText, half, false) + frame(kContinuation, half)), ElementsAre("text " + half + half));
}

TEST(WebSocketReader, TakesSoManyFragmentsAndNoMore) {
  const auto fragments = [](std::size_t count) {
    std::string bytes = frame(kText, "", false);
    for (std::size_t i = 2; i < count; ++i) bytes += frame(kContinuation, "", false);
    return bytes + frame(kContinuation, "x");
  };
  EXPECT_THAT(read(fragments(limits::kFragments)), ElementsAre("text x"));
  EXPECT_THAT(read(fragments(limits::kFragments + 1)), ElementsAre("broken 1008"));
}

TEST(WebSocketReader, AnswersCloseCodesPeersMaySendAndRefusesTheRest) {
  const auto close = [](int code) {
    return frame(kClose, {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)});
  };
  for (const int code :
       {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999}) {
    EXPECT_THAT(read(close(code)), ElementsAre("close " + std::to_string(code)));
  }
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    EXPECT_THAT(read(close(code)), ElementsAre("broken 1002")) << code;
  }
  EXPECT_THAT(read(frame(kClose, "")), ElementsAre("close 1000"));
}

TEST(WebSocketReader, TakesNothingAfterTheEnd) {
  EXPECT_THAT(read(frame(kClose, "") + frame(kText, "late")), ElementsAre("close 1000"));
  EXPECT_THAT(read(frame(kText, "a", false) + frame(kContinuation, "b") + frame(kContinuation, "c")),
              ElementsAre("text ab", "broken 1002"));
  EXPECT_THAT(read(frame(kText, "one") + "\xff" + frame(kText, "two")), ElementsAre("text one", "broken 1002"));
}

/// The payload of a frame from a client that compresses.
std::string deflated(const std::string& text) {
  std::string out;
  append_deflated_websocket_frame(out, Opcode::text, text);
  EXPECT_EQ(static_cast<std::uint8_t>(out[0]), 0xC1) << "final, compressed, text";
  const std::size_t header = out[1] == 127 ? 10 : out[1] == 126 ? 4 : 2;
  return out.substr(header);
}
constexpr int kCompressedText = 0x40 | kText;
const std::string kLong = "{" + std::string(500, ' ') + "\"é\"}";

TEST(WebSocketReader, UnfoldsCompressedMessagesWhereThatWasAgreed) {
  const std::string bytes =
      frame(kCompressedText, deflated(kLong)) + frame(kText, "plain") + frame(kCompressedText, deflated(kLong + kLong));
  for (const std::size_t size : {1U, 7U, 100000U}) {
    EXPECT_THAT(read(bytes, size, WebSocketReader::Mode::whole_deflate),
                ElementsAre("text " + kLong, "text plain", "text " + kLong + kLong));
  }
  EXPECT_THAT(read(bytes), ElementsAre("broken 1002"));
}

TEST(WebSocketReader, UnfoldsWhatComesInFragmentsWithControlFramesBetween) {
  const std::string all = deflated(kLong);
  const std::string bytes = frame(kCompressedText, all.substr(0, 3), false) + frame(kPing, "p") +
                            frame(kContinuation, all.substr(3, 5), false) + frame(kContinuation, all.substr(8));
  EXPECT_THAT(read(bytes, 1 << 20, WebSocketReader::Mode::whole_deflate), ElementsAre("ping p", "text " + kLong));
}

TEST(WebSocketReader, RefusesCompressionWhereItHasNoPlace) {
  for (const int opcode :
       {0x40 | kContinuation, 0x40 | kPing, 0x40 | kClose, 0x20 | kText, 0x10 | kText, 0x60 | kText}) {
    EXPECT_THAT(read(frame(opcode, ""), 1 << 20, WebSocketReader::Mode::whole_deflate), ElementsAre("broken 1002"))
        << opcode;
  }
}

TEST(WebSocketReader, RefusesWhatIsNotCompressedAsItSays) {
  EXPECT_THAT(read(frame(kCompressedText, "\xff\xff\xff\xff"), 1 << 20, WebSocketReader::Mode::whole_deflate),
              ElementsAre("broken 1002"));
  EXPECT_THAT(
      read(frame(kCompressedText, deflated(std::string(100, '\xff'))), 1 << 20, WebSocketReader::Mode::whole_deflate),
      ElementsAre("broken 1007"));
}

TEST(WebSocketReader, StopsUnfoldingAtTheLimit) {
  EXPECT_THAT(
      read(frame(kCompressedText, deflated(std::string(kMax + 1, ' '))), 1 << 20, WebSocketReader::Mode::whole_deflate),
      ElementsAre("broken 1009"));
  const std::string bomb = deflated(std::string(100'000'000, 'x'));
  EXPECT_THAT(read(frame(kCompressedText, bomb.substr(0, 10'000)), 1 << 20, WebSocketReader::Mode::whole_deflate),
              ElementsAre("broken 1009"));
}

}  // namespace
}  // namespace chat
