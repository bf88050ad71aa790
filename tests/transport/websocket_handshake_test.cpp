#include "transport/websocket/websocket_handshake.hpp"

#include <gtest/gtest.h>

#include "transport/request.hpp"

namespace chat {
namespace {

namespace http = boost::beast::http;

HttpRequest handshake() {
  return make_request("/ws", {{"Connection", "Upgrade"},
                              {"Upgrade", "websocket"},
                              {"Sec-WebSocket-Version", "13"},
                              {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}});
}

HttpRequest handshake_with(const char* name, const char* value) {
  auto request = handshake();
  request.set(name, value);
  return request;
}

unsigned status(const HttpRequest& request, const std::vector<std::string>& allowed = {}) {
  return answer_handshake(request, allowed, "chat.v1").result_int();
}

TEST(WebSocketHandshake, AnswersTheExampleOfTheStandard) {
  const auto response = answer_handshake(handshake(), {}, "chat.v1");
  EXPECT_EQ(response.result_int(), 101U);
  EXPECT_EQ(header(response, "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(header(response, "Upgrade"), "websocket");
  EXPECT_EQ(header(response, "Connection"), "Upgrade");
  EXPECT_EQ(response.count("Sec-WebSocket-Protocol"), 0U);
  EXPECT_EQ(response.count("Sec-WebSocket-Extensions"), 0U);
}

TEST(WebSocketHandshake, IsRecognisedByItsUpgradeHeader) {
  EXPECT_TRUE(wants_websocket(handshake()));
  EXPECT_TRUE(wants_websocket(handshake_with("Upgrade", "h2c, WebSocket")));
  EXPECT_FALSE(wants_websocket(handshake_with("Upgrade", "h2c")));
  EXPECT_FALSE(wants_websocket(make_request("/ws")));
}

TEST(WebSocketHandshake, TakesWhatBrowsersAndProxiesSend) {
  EXPECT_EQ(status(handshake_with("Connection", "keep-alive, Upgrade")), 101U);
  EXPECT_EQ(status(handshake_with("Connection", "upgrade")), 101U);
  EXPECT_EQ(status(handshake_with("Upgrade", "WebSocket")), 101U);
  EXPECT_EQ(status(handshake_with("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")), 101U);
}

TEST(WebSocketHandshake, RefusesAMalformedOne) {
  EXPECT_EQ(status(handshake_with("Connection", "keep-alive")), 400U);
  EXPECT_EQ(status(handshake_with("Sec-WebSocket-Version", "0")), 426U);
  EXPECT_EQ(status(handshake_with("Sec-WebSocket-Version", "8")), 426U);
  EXPECT_EQ(status(handshake_with("Sec-WebSocket-Version", "14")), 426U);
  EXPECT_EQ(status(handshake_with("Sec-WebSocket-Version", "13, 8")), 426U);
  for (const char* name : {"Connection", "Sec-WebSocket-Key", "Host"}) {
    auto request = handshake();
    request.erase(name);
    EXPECT_EQ(status(request), 400U) << name;
  }
  for (const char* key :
       {"", "short", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZSE=",
        "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25j!Q==", "dGhlIHNhbXBsZSBub25jZSBsb25nZXI="}) {
    EXPECT_EQ(status(handshake_with("Sec-WebSocket-Key", key)), 400U) << key;
  }
  auto without_version = handshake();
  without_version.erase("Sec-WebSocket-Version");
  const auto response = answer_handshake(without_version, {}, "chat.v1");
  EXPECT_EQ(response.result_int(), 426U);
  EXPECT_EQ(header(response, "Sec-WebSocket-Version"), "13");
}

TEST(WebSocketHandshake, RefusesHeadersThatStandTwice) {
  for (const char* name : {"Sec-WebSocket-Key", "Host"}) {
    auto request = handshake();
    request.insert(name, std::string(request[name]));
    EXPECT_EQ(status(request), 400U) << name;
  }
  auto request = handshake();
  request.insert("Sec-WebSocket-Version", "13");
  EXPECT_EQ(status(request), 426U);
}

TEST(WebSocketHandshake, BeginsWithGetInHttp11) {
  auto post = handshake();
  post.method(http::verb::post);
  EXPECT_EQ(status(post), 405U);
  auto old = handshake();
  old.version(10);
  EXPECT_EQ(status(old), 405U);
}

TEST(WebSocketHandshake, ChoosesTheSubprotocolItSpeaks) {
  EXPECT_EQ(header(answer_handshake(handshake_with("Sec-WebSocket-Protocol", "chat.v1"), {}, "chat.v1"),
                   "Sec-WebSocket-Protocol"),
            "chat.v1");
  EXPECT_EQ(header(answer_handshake(handshake_with("Sec-WebSocket-Protocol", "v9, chat.v1"), {}, "chat.v1"),
                   "Sec-WebSocket-Protocol"),
            "chat.v1");
  EXPECT_EQ(status(handshake_with("Sec-WebSocket-Protocol", "chat.v2")), 400U);
  EXPECT_EQ(status(handshake_with("Sec-WebSocket-Protocol", "")), 400U);
}

TEST(WebSocketHandshake, AdmitsPagesOfItsOwnHostAndOfTheList) {
  const std::vector<std::string> list{"https://chat.other.example", "http://localhost:3000"};
  for (const char* origin :
       {"http://chat.example", "https://chat.example", "https://chat.other.example", "http://localhost:3000"}) {
    EXPECT_EQ(status(handshake_with("Origin", origin), list), 101U) << origin;
  }
  for (const char* origin :
       {"null", "", "http://evil-chat.example", "http://chat.example.evil", "http://chat.example:81", "chat.example",
        "ftp://chat.example", "http://chat.example/", "http://evil@chat.example", "http://chat.other.example",
        "https://localhost:3000", "http://localhost:30000", "http://"}) {
    EXPECT_EQ(status(handshake_with("Origin", origin), list), 403U) << origin;
  }
  auto twice = handshake_with("Origin", "http://chat.example");
  twice.insert("Origin", "http://evil.example");
  EXPECT_EQ(status(twice, list), 403U);
  EXPECT_EQ(status(handshake(), {}), 101U) << "programs send none";
}

TEST(WebSocketHandshake, KnowsPlacesWithoutASubprotocol) {
  EXPECT_EQ(answer_handshake(handshake(), {}, "").result_int(), 101U);
  EXPECT_EQ(answer_handshake(handshake_with("Sec-WebSocket-Protocol", "chat.v1"), {}, "").result_int(), 400U);
}

}  // namespace
}  // namespace chat
