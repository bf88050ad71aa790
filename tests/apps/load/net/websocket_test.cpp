#include "apps/load/net/websocket.hpp"

#include <gtest/gtest.h>

namespace chat::load::websocket {
namespace {

std::string accepted(std::string_view more = "") {
  return "HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" +
         std::string(more) + "\r\n";
}

TEST(Upgrade, IsAskedForWithTheSubprotocolIfThereIsOne) {
  EXPECT_TRUE(upgrade_request("h", "/ws", "chat.v1").ends_with("Sec-WebSocket-Protocol: chat.v1\r\n\r\n"));
  EXPECT_EQ(upgrade_request("h", "/ws", "").find("Sec-WebSocket-Protocol"), std::string::npos);
}

TEST(Upgrade, IsAcceptedWithTheSubprotocolAskedForOrNone) {
  EXPECT_FALSE(refusal(accepted(), "chat.v1"));
  EXPECT_FALSE(refusal(accepted("Sec-WebSocket-Protocol: chat.v1\r\n"), "chat.v1"));
  EXPECT_FALSE(refusal(accepted(), ""));
}

TEST(Upgrade, IsRefusedForGoodByAServerThatBreaksTheProtocol) {
  for (const std::string& head : {accepted("Sec-WebSocket-Protocol: other\r\n"), std::string("HTTP/1.1 101 x\r\n\r\n"),
                                  std::string("HTTP/1.1 404 Not Found\r\n\r\n"), std::string("\r\n\r\n")}) {
    const auto refused = refusal(head, "chat.v1");
    ASSERT_TRUE(refused) << head;
    EXPECT_FALSE(refused->is_temporary) << head;
  }
}

TEST(Upgrade, IsRefusedForNowByAServerThatIsFullOrDrains) {
  const auto full = refusal("HTTP/1.1 429 Too Many Requests\r\nretry-after: 5\r\n\r\n", "chat.v1");
  ASSERT_TRUE(full);
  EXPECT_TRUE(full->is_temporary);
  EXPECT_EQ(full->retry_after_ms, 5000);
  const auto away = refusal("HTTP/1.1 502 Bad Gateway\r\n\r\n", "chat.v1");
  ASSERT_TRUE(away);
  EXPECT_TRUE(away->is_temporary);
  EXPECT_EQ(away->retry_after_ms, 0);
  EXPECT_EQ(away->sentence, "not upgraded: HTTP/1.1 502 Bad Gateway");
}

TEST(Frames, AreTakenWholeOrNotAtAll) {
  const std::string bytes = std::string("\x81\x7e\x01\x00", 4) + std::string(256, 'x');
  Frame frame;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view part = std::string_view(bytes).substr(0, size);
    EXPECT_EQ(take_frame(part, frame), Take::incomplete) << size;
  }
  std::string_view whole = bytes;
  ASSERT_EQ(take_frame(whole, frame), Take::frame);
  EXPECT_EQ(frame.payload.size(), 256U);
  EXPECT_TRUE(whole.empty());
}

TEST(Frames, MayNotBeMaskedByTheServer) {
  std::string bytes;
  append_frame(bytes, Opcode::text, "hello");
  std::string_view left = bytes;
  Frame frame;
  EXPECT_EQ(take_frame(left, frame), Take::broken);
}

}  // namespace
}  // namespace chat::load::websocket
