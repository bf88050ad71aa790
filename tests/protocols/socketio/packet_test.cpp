#include "protocols/socketio/packet.hpp"

#include <gtest/gtest.h>

#include "protocols/socketio/attachments.hpp"

namespace chat {
namespace {

using Type = SocketPacket::Type;

TEST(SocketPacketText, HasTypeNamespaceIdAndData) {
  const auto packet = read_packet(R"(2/admin,456["a",1])").value();
  EXPECT_EQ(packet.type, Type::event);
  EXPECT_EQ(packet.nsp, "/admin");
  EXPECT_EQ(packet.id, "456");
  EXPECT_EQ(packet.data, R"(["a",1])");
}

TEST(SocketPacketText, LeavesOutWhatItDoesNotNeed) {
  const auto packet = read_packet("0").value();
  EXPECT_EQ(packet.type, Type::connect);
  EXPECT_EQ(packet.nsp, "/");
  EXPECT_TRUE(packet.id.empty() && packet.data.empty());
  EXPECT_EQ(read_packet("1/admin")->nsp, "/admin");
}

TEST(SocketPacketText, SaysHowManyAttachmentsFollow) {
  const auto packet = read_packet(R"(52-/x,7["a",{"_placeholder":true,"num":0}])").value();
  EXPECT_TRUE(packet.is_binary());
  EXPECT_EQ(packet.attachments, 2U);
  EXPECT_EQ(packet.nsp, "/x");
  EXPECT_EQ(packet.id, "7");
}

TEST(SocketPacketText, IsRefusedIfItIsNone) {
  for (const char* text : {"", "7", "a", "5", "5-", "52", "5x-[]", "51234567-[]", "21234567890123456[]"}) {
    EXPECT_FALSE(read_packet(text)) << text;
  }
  EXPECT_FALSE(read_packet("2/" + std::string(200, 'x')));
}

TEST(SocketPacketText, IsWrittenAsItIsRead) {
  std::string message;
  append_socket_packet(message, Type::ack, "/admin", "12", "[1]");
  EXPECT_EQ(message, "43/admin,12[1]");
  message.clear();
  append_socket_packet(message, Type::event, "/", {}, R"(["a"])");
  EXPECT_EQ(message, R"(42["a"])");
}

TEST(SocketPacketText, KnowsTheEventsOfTheLibraries) {
  EXPECT_TRUE(is_reserved_event("connect") && is_reserved_event("newListener"));
  EXPECT_FALSE(is_reserved_event("connected"));
}

std::string filled(std::string_view text, const std::vector<std::string>& attachments) {
  std::string out;
  return fill_placeholders(text, attachments, out) ? out : "refused";
}

TEST(Attachments, TakeThePlacesOfTheirPlaceholdersAsBase64) {
  EXPECT_EQ(
      filled(R"(["a", {"x": {"_placeholder":true,"num":1}}, [ {"num":0,"_placeholder":true} ], null])", {"\x01", "hi"}),
      R"(["a",{"x":"aGk="},["AQ=="],null])");
  EXPECT_EQ(filled(R"(["a",{"_placeholder":false,"num":0}])", {}), R"(["a",{"_placeholder":false,"num":0}])");
}

TEST(Attachments, AreEachNamedOnce) {
  constexpr std::string_view kFirst = R"({"_placeholder":true,"num":0})";
  EXPECT_EQ(filled(R"(["a"])", {"x"}), "refused");
  EXPECT_EQ(filled('[' + std::string(kFirst) + ',' + std::string(kFirst) + ']', {"x"}), "refused");
  EXPECT_EQ(filled(R"([{"_placeholder":true,"num":1}])", {"x"}), "refused");
  EXPECT_EQ(filled(R"([{"_placeholder":true,"num":-1}])", {"x"}), "refused");
  EXPECT_EQ(filled(R"([{"_placeholder":true}])", {"x"}), "refused");
}

TEST(Attachments, MakeAPacketWholeWhenAllAreThere) {
  UnfinishedPacket packet("52-[]", 2);
  EXPECT_FALSE(packet.add("abc"));
  EXPECT_TRUE(packet.add("de"));
  EXPECT_EQ(packet.bytes(), 10U);
  EXPECT_EQ(packet.text(), "52-[]");
}

}  // namespace
}  // namespace chat
