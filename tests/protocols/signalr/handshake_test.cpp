#include "protocols/signalr/handshake.hpp"

#include <gtest/gtest.h>

#include "protocols/signalr/codec.hpp"

namespace chat {
namespace {

HandshakeAccepted accepted_handshake(std::string_view record) {
  return std::get<HandshakeAccepted>(read_handshake(record));
}

TEST(SignalRHandshake, AgreesOnAnEncoding) {
  const auto accepted = accepted_handshake("{\"protocol\":\"messagepack\",\"version\":1}\x1e");
  EXPECT_EQ(accepted.encoding, HubEncoding::msgpack);
  EXPECT_FALSE(accepted.resumable);
}

TEST(SignalRHandshake, TakesVersionZeroOfOldClients) {
  EXPECT_FALSE(accepted_handshake("{\"protocol\":\"json\",\"version\":0}\x1e").resumable);
}

TEST(SignalRHandshake, TakesVersionTwoForAClientThatCounts) {
  EXPECT_TRUE(accepted_handshake("{\"protocol\":\"json\",\"version\":2}\x1e").resumable);
}

TEST(SignalRHandshake, RefusesWhatIsNoneOfIt) {
  for (const char* text :
       {"", "\x1e", "{}\x1e", "{\"protocol\":\"json\",\"version\":1}", "{\"protocol\":\"xml\",\"version\":1}\x1e",
        "{\"protocol\":\"json\",\"version\":3}\x1e", "{\"protocol\":\"json\",\"version\":1}\x1e behind",
        "{\"protocol\":\"json\",\"version\":\"1\"}\x1e", "{\"protocol\":5,\"version\":1}\x1e", "[]\x1e",
        "{\"type\":6}\x1e", "\xff\x1e"}) {
    EXPECT_TRUE(std::holds_alternative<HandshakeRejected>(read_handshake(text))) << text;
  }
}

TEST(SignalRHandshake, SaysAtItsEndWhy) {
  std::string out;
  signalr_handshake_codec().encode_goodbye({CloseCode::restart, "this node is leaving"}, out);
  EXPECT_EQ(out, "{\"error\":\"this node is leaving\"}\x1e");
}

}  // namespace
}  // namespace chat
